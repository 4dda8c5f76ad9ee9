// Downloads through the gateway without a pause, by ever more callers; every answer is checked.
import http from "k6/http";
import { Rate } from "k6/metrics";

const lost = new Rate("lost");

export const options = {
  stages: [
    { duration: "2s", target: 16 },
    { duration: __ENV.STEADY, target: 16 },
  ],
  gracefulStop: "5s",
  discardResponseBodies: false,
  hosts: { "aveiro.example.org": "127.0.0.1" },
  tlsAuth: [{ cert: open(__ENV.CERTIFICATE), key: open(__ENV.KEY) }],
};

export default function () {
  const answer = http.get(`https://aveiro.example.org:${__ENV.PORT}/legacy/file?uid=1.2.840.1`, {
    responseType: "binary",
    timeout: "20s",
  });
  const whole = answer.status === 200 && answer.body && answer.body.byteLength === 132 + 65536;
  lost.add(!whole);
}

export function handleSummary(data) {
  const { passes, fails } = data.metrics.lost.values;
  return { stdout: JSON.stringify({ lost: passes, served: fails }) };
}
