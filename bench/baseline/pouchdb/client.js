// Frozen baseline (see ../README.md): laptops with PouchDB 9 on LevelDB, all in one process of node.
// node client.js FOLDER; reads one command a line as JSON, answers each with a line: {...} or {"error"}.
// Times are milliseconds, taken here, from the first call to its end.
'use strict';
const fs = require('fs');
const http = require('http');
const readline = require('readline');
const PouchDB = require('pouchdb');

const Local = PouchDB.defaults({ prefix: process.argv[2] + '/' });
const agent = new http.Agent({ keepAlive: true });
const fetch = (url, options) => PouchDB.fetch(url, { ...options, agent });
const options = { batch_size: 1000 };
const open = new Map();

function at(name) {
  if (!open.has(name)) {
    open.set(name, name.startsWith('http') ? new PouchDB(name, { fetch }) : new Local(name));
  }
  return open.get(name);
}

async function timed(act) {
  const begun = performance.now();
  const result = await act();
  return { result, ms: performance.now() - begun };
}

async function replicated(from, to) {
  const { result, ms } = await timed(() => PouchDB.replicate(at(from), at(to), options));
  if (!result.ok || result.errors.length || result.doc_write_failures) throw new Error('replication failed');
  return { ms, written: result.docs_written };
}

const commands = {
  // Documents of a file (a JSON list) into a database, not timed.
  async load({ db, file }) {
    const docs = JSON.parse(fs.readFileSync(file));
    for (let n = 0; n < docs.length; n += 1000) await at(db).bulkDocs(docs.slice(n, n + 1000));
    return { count: docs.length };
  },
  replicate: ({ from, to }) => replicated(from, to),
  // One new document on one laptop until the other has it.
  async change({ a, b, remote, doc }) {
    return timed(async () => {
      await at(a).put(doc);
      await replicated(a, remote);
      await replicated(remote, b);
      await at(b).get(doc._id);
    });
  },
  // Edits of a file ({id: [field, value]}) on one laptop.
  async edit({ db, file }) {
    const edits = JSON.parse(fs.readFileSync(file));
    const found = await at(db).allDocs({ keys: Object.keys(edits), include_docs: true });
    const docs = found.rows.map(({ doc }) => ({ ...doc, [edits[doc._id][0]]: edits[doc._id][1] }));
    await at(db).bulkDocs(docs);
    return { count: docs.length };
  },
  // What of two people's edits a database holds: shown, and hidden behind the winner.
  async kept({ db, first, second }) {
    const [one, two] = [first, second].map((file) => JSON.parse(fs.readFileSync(file)));
    const kept = { losing_hidden: 0, losing_shown: 0, merged: 0 };
    for (const id of Object.keys(one).filter((key) => key in two)) {
      const shown = await at(db).get(id, { conflicts: true });
      const values = [one[id], two[id]];
      if (one[id][0] !== two[id][0]) {
        kept.merged += values.every(([field, value]) => shown[field] === value);
        continue;
      }
      const all = [shown];
      for (const rev of shown._conflicts || []) all.push(await at(db).get(id, { rev }));
      const there = values.every(([field, value]) => all.some((doc) => doc[field] === value));
      kept.losing_hidden += there;
      kept.losing_shown += values.every(([field, value]) => shown[field] === value);
    }
    return kept;
  },
};

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      const command = JSON.parse(line);
      answer = await commands[command.do](command);
    } catch (error) {
      answer = { error: String(error.message || error) };
    }
    console.log(JSON.stringify(answer));
  }
  process.exit(0);
}

main();
