// What is kept of a sealed record is sealed by AES-GCM, under a key that no script can read again.
"use strict";
const NONCE = 12; // bytes of chance for each sealing, as AES-GCM wants them

const keyOf = (hex) => {
  const raw = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
};

// `what` is sealed along without being hidden: which block it is, or of which record. It opens as nothing else.
async function sealedBy(key, bytes, what) {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const how = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(what) };
  return { iv, bytes: new Uint8Array(await crypto.subtle.encrypt(how, key, bytes)) };
}

// Nothing, where it is not what was sealed.
async function openedBy(key, sealed, what) {
  try {
    const how = { name: "AES-GCM", iv: sealed.iv, additionalData: new TextEncoder().encode(what) };
    return new Uint8Array(await crypto.subtle.decrypt(how, key, sealed.bytes));
  } catch { return null; }
}

// All blocks together, by the chance in each seal: a block put back from an older state is a block of another record.
async function seenTogether(seals) {
  const all = new Uint8Array(seals.length * NONCE);
  seals.forEach((seal, number) => all.set(seal, number * NONCE));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
}

const same = (one, other) => one?.length === other.length && one.every((value, at) => value === other[at]);
const wholeRecord = ({ generation, size }) => `record ${generation} ${size}`;
