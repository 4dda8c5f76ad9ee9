"""The load test: the article's scenario by k6, every body checked, and reports that compare runs.

``python -m loadtest run`` measures a running archive, ``compare`` sets results side by side,
``manifest`` notes what the archive must answer. See ``docs/load-test.md``.
"""
