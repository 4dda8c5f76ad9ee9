"""`make up` as a person sees it: real engine, real API server, simulated nodes."""

from __future__ import annotations

from tests.environment.copies import Copy, Result


class TestUp:
    """One command brings everything up, also after a run that was killed half-way."""

    def test_the_first_run_was_killed_while_filesystems_were_made(self, killed: str) -> None:
        assert "CephCluster cephcluster-rook-ceph" in killed
        assert "local is up" not in killed

    def test_the_next_run_finishes_it(self, up: Result) -> None:
        assert 0 == up.status, up.text
        assert "local is up." in up.out

    def test_it_ends_with_a_table_and_how_to_look_further(self, up: Result) -> None:
        end = up.out[up.out.index("local is up.") :]

        for words in (
            ["aveiro", "every-x3-8870cf", "3", "faro, lisbon, porto", "data-centre", "1-3"],
            ["evora", "home-faro-x2-2aa0e9", "2", "faro", "disk", "1-2"],
        ):
            (line,) = [line for line in end.splitlines() if line.split()[:1] == words[:1]]
            assert [] == [word for word in words if word not in line]
        assert "kubectl --kubeconfig" in end

    def test_a_second_run_changes_nothing_and_says_so(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        again = checkout.make("up")

        assert 0 == again.status, again.text
        assert "local is up; nothing changed." in again.out
