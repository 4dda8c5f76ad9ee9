"""Grafana's dashboards as code: what they show (``*_board``), and how Grafana takes them."""
