"""Which tests go to one worker: those of a file, and those of several files that share a service."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

# Starting a service takes longer than most of what is tried on it. In two parts, so that two workers have some.
SHARING = {
    "tests/e2e/test_bad_input.py": "tests/e2e, what a service survives",
    "tests/e2e/test_forged_and_repeated.py": "tests/e2e, what a service survives",
    "tests/e2e/test_opening.py": "tests/e2e, what a service survives",
    "tests/e2e/test_refusing_to_start.py": "tests/e2e, what a service survives",
    "tests/e2e/test_sending.py": "tests/e2e, what a service survives",
    "tests/e2e/test_checking_in.py": "tests/e2e, what people do",
    "tests/e2e/test_crisis.py": "tests/e2e, what people do",
    "tests/e2e/test_joining.py": "tests/e2e, what people do",
    "tests/e2e/test_leaving.py": "tests/e2e, what people do",
}


class ByService(LoadFileScheduling):  # type: ignore[misc]
    """``--dist loadfile``, where the files of ``SHARING`` count as one."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return SHARING.get(file, file)
