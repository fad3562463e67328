// Frozen baseline (see ../README.md): PouchDB 9 on LevelDB behind express-pouchdb, on loopback.
// node server.js FOLDER; prints {"url"} once it listens, and ends when its standard input ends.
'use strict';
const express = require('express');
const PouchDB = require('pouchdb');

const Kept = PouchDB.defaults({ prefix: process.argv[2] + '/' });
const app = express();
// What a PouchDB client needs, answers compressed; without users, logs and the pages for people.
app.use('/', require('express-pouchdb')(Kept, { mode: 'minimumForPouchDB', inMemoryConfig: true }));
const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));
});
server.keepAliveTimeout = 75000;
process.stdin.on('end', () => process.exit(0)).resume();
