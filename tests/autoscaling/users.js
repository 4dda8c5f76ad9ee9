// Users who download one object after the other, with a pause between: few, then many, then few.
// Every answer is checked: status, length, DICM and SHA-256. Lost ones are counted by phase.
import crypto from "k6/crypto";
import exec from "k6/execution";
import http from "k6/http";
import { Counter } from "k6/metrics";
import { sleep } from "k6";

const objects = JSON.parse(__ENV.OBJECTS);
const paths = Object.keys(objects);
const ports = __ENV.PORTS.split(",");
const before = Number(__ENV.BEFORE);
const rush = Number(__ENV.RUSH);
const phases = ["few", "many", "few_again"];
const served = Object.fromEntries(phases.map((name) => [name, new Counter(`served_${name}`)]));
const lost = Object.fromEntries(phases.map((name) => [name, new Counter(`lost_${name}`)]));

export const options = {
  scenarios: {
    users: {
      executor: "ramping-vus",
      startVUs: 10,
      stages: [
        { duration: `${before}s`, target: 10 },
        { duration: "0s", target: 100 },
        { duration: `${rush}s`, target: 100 },
        { duration: "0s", target: 10 },
        { duration: `${__ENV.AFTER}s`, target: 10 },
      ],
      gracefulRampDown: "20s",
      gracefulStop: "20s",
    },
  },
  hosts: { "aveiro.example.org": "127.0.0.1" },
  tlsAuth: [{ cert: open(__ENV.CERTIFICATE), key: open(__ENV.KEY) }],
};

export function setup() {
  return { began: Date.now() / 1000 };
}

export default function () {
  const elapsed = (Date.now() - exec.scenario.startTime) / 1000;
  const phase = phases[Number(elapsed >= before) + Number(elapsed >= before + rush)];
  const path = paths[exec.scenario.iterationInTest % paths.length];
  const port = ports[exec.vu.idInTest % ports.length];
  const answer = http.get(`https://aveiro.example.org:${port}${path}`, {
    responseType: "binary",
    timeout: "30s",
  });
  (isWhole(answer, objects[path]) ? served : lost)[phase].add(1);
  sleep(0.5 + Math.random());
}

function isWhole(answer, expected) {
  if (answer.status !== 200 || !answer.body || answer.body.byteLength !== expected.length) {
    console.error(`status ${answer.status}, ${answer.error}`);
    return false;
  }
  const prefix = String.fromCharCode(...new Uint8Array(answer.body.slice(128, 132)));
  return prefix === "DICM" && crypto.sha256(answer.body, "hex") === expected.sha256;
}

export function handleSummary(data) {
  const count = (name) => (data.metrics[name] ? data.metrics[name].values.count : 0);
  const by = (what) => Object.fromEntries(phases.map((name) => [name, count(`${what}_${name}`)]));
  return {
    stdout: JSON.stringify({
      began: data.setup_data.began,
      served: by("served"),
      lost: by("lost"),
    }),
  };
}
