"""Work behind the screen: whatever touches the store runs in a thread, and its result comes back as a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.dom import DOMNode

from familyhub.casework.problems import Problem, Refused

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.tui.app import FamilyHubApp

T = TypeVar("T")
SPOKEN = frozenset({"StoreError", "LinkError"})
"""Errors whose text is a sentence for people; by name, for screens do not import the store or the wire."""
Failed = Callable[[str, Sequence[Problem]], None]


def sentence_of(error: BaseException) -> str:
    """One sentence about an error; never the text of a record."""
    if isinstance(error, Refused) or any(c.__name__ in SPOKEN for c in type(error).__mro__):
        return str(error)
    return f"That did not work ({type(error).__name__}). Nothing saved is lost; what you typed is still here."


class Working(DOMNode):
    """A page or dialog that asks the store for something; mixed into a ``Screen``."""

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
    ) -> None:
        """Run ``function(*args)`` in a thread; ``then(result)`` or ``failed(sentence, problems)`` on the UI thread."""
        on_failure = failed or self.failed

        def job() -> None:
            try:
                result = function(*args)
            except Refused as refused:
                self.call_later(on_failure, str(refused), refused.problems)
            except Exception as error:
                self.hub_app.last_error = error
                self.call_later(on_failure, sentence_of(error), ())
            else:
                if then is not None:
                    self.call_later(then, result)

        self.run_worker(job, thread=True, group="work", exit_on_error=False)

    def failed(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        """What happens when work fails and nobody else looks after it: the sentence is shown."""
        self.hub_app.say(sentence, wrong=True)

    def say(self, sentence: str) -> None:
        """Say what happened and where, in a toast."""
        self.hub_app.say(sentence)
