// Seal what the standard input gives by a passphrase, with so little work that a test opens it in
// milliseconds. hingeexpert itself lets that take a second, and no `age` lets one choose.
// The format: https://age-encryption.org/v1. For keys of the tests only. Needs node 20.
//
//   age -d -i recovery.txt record.sqlite.recovery.age |
//     node quick_keys.mjs "correct hörse battery staple" > record.sqlite.passphrase.age
//
// in tests/data/record_keys.
import { createCipheriv, createHmac, hkdfSync, randomBytes, scryptSync } from "node:crypto";
import { readFileSync } from "node:fs";

const POWER = 10; // scrypt goes 2 to the power of it round; hingeexpert takes about 18
const EVERY = 48; // bytes in a line of letters

const unpadded = bytes => bytes.toString("base64").replace(/=+$/, "");
const derived = (key, salt, info) => Buffer.from(hkdfSync("sha256", key, salt, info, 32));

function closed(key, nonce, content) {
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

function head(fileKey, passphrase) {
  const salt = randomBytes(16);
  const label = Buffer.concat([Buffer.from("age-encryption.org/v1/scrypt"), salt]);
  const wrapping = scryptSync(passphrase, label, 32, { N: 2 ** POWER, r: 8, p: 1 });
  const wrapped = closed(wrapping, Buffer.alloc(12), fileKey);
  const lines = ["age-encryption.org/v1", `-> scrypt ${unpadded(salt)} ${POWER}`, unpadded(wrapped)];
  const text = [...lines, "---"].join("\n");
  const mac = createHmac("sha256", derived(fileKey, "", "header")).update(text).digest();
  return Buffer.from(`${text} ${unpadded(mac)}\n`);
}

function body(fileKey, content) {
  const salt = randomBytes(16);
  const last = Buffer.from([...Buffer.alloc(11), 1]);
  return Buffer.concat([salt, closed(derived(fileKey, salt, "payload"), last, content)]);
}

function inLetters(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += EVERY) {
    lines.push(bytes.subarray(at, at + EVERY).toString("base64"));
  }
  const frame = word => `-----${word} AGE ENCRYPTED FILE-----`;
  return [frame("BEGIN"), ...lines, frame("END"), ""].join("\n");
}

const content = readFileSync(0);
if (content.length === 0 || content.length > 65_536) {
  throw new Error(`${content.length} bytes are given; from 1 to 65,536 can be sealed`);
}
const fileKey = randomBytes(16);
process.stdout.write(
  inLetters(Buffer.concat([head(fileKey, process.argv[2]), body(fileKey, content)])),
);
