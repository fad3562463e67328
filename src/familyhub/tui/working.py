"""Work behind the screen: whatever touches the store runs in a thread, and its result comes back as a message."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.dom import DOMNode

from familyhub.casework.problems import Problem, Refused

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.tui.app import FamilyHubApp

T = TypeVar("T")
SPOKEN = frozenset({"StoreError", "LinkError"})
"""Errors whose text is a sentence for people; by name, for screens do not import the store or the wire."""
LONGEST_WAIT = 10.0
"""Seconds after which keys no longer wait for what a page reads first."""
Failed = Callable[[str, Sequence[Problem]], Any]


def sentence_of(error: BaseException) -> str:
    """One sentence about an error; never the text of a record."""
    if isinstance(error, Refused) or any(c.__name__ in SPOKEN for c in type(error).__mro__):
        return str(error)
    return f"That did not work ({type(error).__name__}). Nothing saved is lost; what you typed is still here."


class Working(DOMNode):
    """A page or dialog that asks the store for something; mixed into a ``Screen``."""

    reads_first: ClassVar[bool] = True
    """Whether keys wait until what the page reads when it opens is shown."""
    _awaited = 1
    """What keys wait for: at first that the page is shown."""
    _shown = False

    @property
    def hub_app(self) -> FamilyHubApp:
        """The app, by its own type."""
        return cast("FamilyHubApp", self.app)

    @property
    def laptop(self) -> Laptop:
        """The open laptop; raises ``NotOpen`` until it is (pages are pushed only then)."""
        return self.hub_app.laptop

    def work(
        self,
        function: Callable[..., T],
        *args: Any,
        then: Callable[[T], Any] | None = None,
        failed: Failed | None = None,
        opens: bool = False,
    ) -> None:
        """Run ``function(*args)`` in a thread; ``then(result)`` or ``failed(sentence, problems)`` on the UI thread.

        Keys wait for it while the page opens, and where ``opens`` says that its result opens another page.
        """
        on_failure = failed or self.failed
        awaited = opens or (self.reads_first and not self.ready_for_keys)
        if awaited:
            self.keys_wait_for()

        async def show(callback: Callable[..., Any], *result: Any) -> None:
            try:
                shown = callback(*result)
                if inspect.isawaitable(shown):
                    await shown
            finally:
                if awaited:
                    self.hub_app.call_later(self.arrived)  # behind a focus that was just asked for

        def job() -> None:
            try:
                result = function(*args)
            except Refused as refused:
                self.call_later(show, on_failure, str(refused), refused.problems)
            except Exception as error:
                self.hub_app.last_error = error
                self.call_later(show, on_failure, sentence_of(error), ())
            else:
                self.call_later(show, then or (lambda _: None), result)

        self.run_worker(job, thread=True, group="work", exit_on_error=False)

    # -- keys ------------------------------------------------------------------------------------------------

    @property
    def ready_for_keys(self) -> bool:
        """Whether what keys are meant for is there; until then the app lets them wait."""
        return self._awaited <= 0

    def keys_wait_for(self) -> None:
        """Something begins that keys wait for, until ``arrived``."""
        self._awaited += 1

    def arrived(self) -> None:
        """Something that keys waited for is there."""
        self._awaited -= 1
        self.hub_app.keys_go_on()

    def came_to_front(self) -> None:
        """The page is shown, again or for the first time."""
        if self._shown:
            self.hub_app.keys_go_on()
        else:
            self._shown = True
            self.hub_app.call_later(self.arrived)
            self.set_timer(LONGEST_WAIT, self._wait_no_longer)

    def _wait_no_longer(self) -> None:
        self._awaited = 0
        self.hub_app.keys_go_on()

    def failed(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        """What happens when work fails and nobody else looks after it: the sentence is shown."""
        self.hub_app.say(sentence, wrong=True)

    def say(self, sentence: str) -> None:
        """Say what happened and where, in a toast."""
        self.hub_app.say(sentence)
