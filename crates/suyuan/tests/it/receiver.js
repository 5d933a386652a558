// A receiver in another process. `webhook KEY CERT` prints each request as a line of JSON and answers with
// the status that the next line of its input says; `socket HOST PORT PATH KEY` prints each message
// of a WebSocket as a line.
const fs = require("fs");
const http = require("http");
const https = require("https");
const crypto = require("crypto");

function webhook(key, cert) {
  const waiting = [];
  const said = [];
  const answer = () => {
    while (waiting.length > 0 && said.length > 0) {
      const response = waiting.shift();
      response.statusCode = Number(said.shift());
      response.end();
    }
  };
  require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
    said.push(line);
    answer();
  });
  const identity = { key: fs.readFileSync(key), cert: fs.readFileSync(cert) };
  const server = https.createServer(identity, (request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      const id = request.headers["suyuan-delivery"];
      const signature = request.headers["gs1-signature"] || "";
      const [, seconds, given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) || [];
      const signed = crypto.createHmac("sha256", "13df38d8275b13f05704629e5f1cf3d45d6132d5");
      const expected = signed.update(`${id}.${seconds}.`).update(body).digest("hex");
      waiting.push(response);
      const told = { id, is_signed: given === expected, body: body.toString() };
      console.log(JSON.stringify(told));
      answer();
    });
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
}

function socket(host, port, path, key) {
  const headers = {
    Authorization: `Bearer ${key}`,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Key": crypto.randomBytes(16).toString("base64"),
    "Sec-WebSocket-Version": "13",
  };
  const request = http.get({ host, port, path, headers });
  request.on("response", (response) => console.log(response.statusCode));
  request.on("upgrade", (response, stream, head) => {
    console.log(response.statusCode);
    let heard = head;
    const read = (part) => {
      heard = Buffer.concat([heard, part]);
      for (;;) {
        if (heard.length < 2) return;
        let length = heard[1] & 127;
        let begin = 2;
        if (length === 126) {
          if (heard.length < 4) return;
          length = heard.readUInt16BE(2);
          begin = 4;
        } else if (length === 127) {
          if (heard.length < 10) return;
          length = Number(heard.readBigUInt64BE(2));
          begin = 10;
        }
        if (heard.length < begin + length) return;
        const content = heard.subarray(begin, begin + length);
        if ((heard[0] & 15) === 1) console.log(content.toString());
        heard = heard.subarray(begin + length);
      }
    };
    stream.on("data", read);
    read(Buffer.alloc(0));
    stream.on("close", () => process.exit(0));
  });
}

const [, , role, ...told] = process.argv;
if (role === "webhook") webhook(...told);
else socket(...told);
