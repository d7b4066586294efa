// Hashes as the app writes them, in worker and cupboard.
"use strict";
const hexOf = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const digestOf = async (bytes) => hexOf(await crypto.subtle.digest("SHA-256", bytes));
