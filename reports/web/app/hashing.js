// Hashes as the app writes them, and what is hashed let go, in worker and cupboard.
"use strict";
const hexOf = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const digestOf = async (bytes) => hexOf(await crypto.subtle.digest("SHA-256", bytes));

// The memory of what is large and used up goes at once: sent to where nobody listens.
function letGo(buffer) {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(null, [buffer]);
  port1.close();
}
