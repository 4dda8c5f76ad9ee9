// What a user of the load test does: searches, downloads what was found, and again, without a pause.
//
// Owns the requests and what is noted of each: one JSON object a line, in k6's log. Doesn't own any
// judgement beyond what needs the body; the rest is records.py's and figures.py's.
//
// A body is held whole until it is hashed, and copied where a manifest asks for its data set alone:
// 100 users and objects of 11 MB took 2.5 GB of memory, 3.1 GB with a manifest.
import { sleep } from "k6";
import crypto from "k6/crypto";
import exec from "k6/execution";
import http from "k6/http";

const settings = JSON.parse(open(__ENV.SETTINGS));
const timeout = `${settings.timeout}s`;

export const options = {
  scenarios: {
    users: {
      executor: "ramping-vus",
      startVUs: 1,
      stages: [{ duration: `${settings.seconds}s`, target: settings.users }],
      // What is under way at the end is finished and counted.
      gracefulStop: `${settings.timeout + 5}s`,
    },
  },
  hosts: settings.hosts,
  // Each tag of each sample costs time, and nobody reads k6's own figures.
  systemTags: [],
};
if (settings.certificate) {
  options.tlsAuth = [{ cert: open(settings.certificate), key: open(settings.key) }];
}

export default function () {
  const query = drawn();
  for (const uid of search(query)) {
    if (exec.scenario.progress >= 1) {
      return;
    }
    download(uid);
  }
}

export function handleSummary(data) {
  const made = data.metrics.http_reqs;
  return { [settings.summary]: JSON.stringify({ requests: made ? made.values.count : 0 }) };
}

function drawn() {
  let left = Math.random() * settings.mix.reduce((sum, query) => sum + query.weight, 0);
  for (const query of settings.mix) {
    left -= query.weight;
    if (left < 0) {
      return query;
    }
  }
  return settings.mix[0];
}

function search(query) {
  const last = Math.max(query.objects - settings.page, 0);
  const asked = {
    query: query.query,
    provider: "lucene",
    field: "SOPInstanceUID",
    psize: settings.page,
    offset: Math.floor(Math.random() * (last + 1)),
  };
  const parameters = Object.entries(asked).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  const { answer, noted } = get("search", `/search?${parameters.join("&")}`, "text");
  const found = uids(answer);
  noted.found = found === null ? null : found.length;
  note(noted, found !== null && found.length > 0);
  return found || [];
}

function uids(answer) {
  try {
    return JSON.parse(answer.body).results.map((result) => result.fields.SOPInstanceUID);
  } catch (_) {
    return null;
  }
}

function download(uid) {
  const { answer, noted } = get("download", `/legacy/file?uid=${uid}`, "binary");
  noted.object = uid;
  const body = answer.body;
  if (body && body.byteLength >= 132) {
    noted.dicom = String.fromCharCode(...new Uint8Array(body, 128, 4)) === "DICM";
    const hashed = settings.manifest ? body.slice(dataSet(body)) : body;
    noted.hashed = hashed.byteLength;
    noted.sha256 = crypto.sha256(hashed, "hex");
  }
  note(noted, answer.status === 200 && noted.dicom);
}

// The data set begins behind the file meta information, whose first element is the length of the
// rest of it: DICOM PS3.10 §7.1. The archive writes file meta information of its own.
function dataSet(body) {
  const header = 144;
  return body.byteLength < header ? 0 : header + new DataView(body).getUint32(header - 4, true);
}

function get(kind, path, responseType) {
  const at = Date.now();
  const answer = http.get(settings.url + path, { responseType, timeout });
  const noted = { kind, at, ms: Date.now() - at, status: answer.status, error: answer.error_code };
  noted.bytes = answer.body ? answer.body.byteLength || answer.body.length || 0 : 0;
  return { answer, noted };
}

// A user whose request failed waits, so that a dead archive isn't flooded.
function note(noted, well) {
  console.log(JSON.stringify(noted));
  if (!well) {
    sleep(settings.pause);
  }
}
