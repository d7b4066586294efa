// The door to age: what is sealed here opens in the program and with the ordinary `age` tool, and theirs here.
"use strict";
const PASSPHRASE_WORK = 16; // log2 of the rounds of scrypt: a moment on a slow tablet
const ARMOR = "-----BEGIN AGE", BY_PASSPHRASE = "age-encryption.org/v1\n-> scrypt ";
// Why something does not open, by what the library says of it; of all else it is damaged.
const WHY = {
  "no identity matched any of the file's recipients": "wrong",
  "scrypt work factor is too high": "slow",
  "Array buffer allocation failed": "slow",
};

const begins = (bytes, text) => new TextDecoder().decode(bytes.subarray(0, text.length)) === text;
const armored = (bytes) => begins(bytes, ARMOR);
const inLetters = (bytes) => new TextEncoder().encode(age.armor.encode(bytes));

async function sealedWith(encrypter, bytes, letters) {
  const sealed = await encrypter.encrypt(bytes);
  return letters ? inLetters(sealed) : sealed;
}

// A file that no passphrase opens is not one whose passphrase is another, nor the other way round.
async function openedWith(decrypter, sealed, byPassphrase) {
  try {
    const bytes = armored(sealed) ? age.armor.decode(new TextDecoder().decode(sealed)) : sealed;
    if (begins(bytes, BY_PASSPHRASE) !== byPassphrase) return "damaged";
    return await decrypter.decrypt(bytes);
  } catch (error) { return WHY[error.message] ?? "damaged"; }
}

const ageKeys = {
  async pair() {
    const identity = await age.generateX25519Identity();
    return [identity, await age.identityToRecipient(identity)];
  },
  // Nothing where the identity is mistyped: a part of it is a checksum.
  recipient_of: (identity) => age.identityToRecipient(identity).catch(() => null),
  // `letters`: as text, which mail and notes carry unharmed; a third longer.
  seal(bytes, recipients, letters = true) {
    const encrypter = new age.Encrypter();
    for (const recipient of recipients) encrypter.addRecipient(recipient);
    return sealedWith(encrypter, bytes, letters);
  },
  seal_by_passphrase(bytes, passphrase, letters = true) {
    const encrypter = new age.Encrypter();
    encrypter.setScryptWorkFactor(PASSPHRASE_WORK);
    encrypter.setPassphrase(passphrase);
    return sealedWith(encrypter, bytes, letters);
  },
  open_by_passphrase(sealed, passphrase) {
    const decrypter = new age.Decrypter();
    decrypter.addPassphrase(passphrase);
    return openedWith(decrypter, sealed, true);
  },
  open_by_identity(sealed, identity) {
    const decrypter = new age.Decrypter();
    decrypter.addIdentity(identity);
    return openedWith(decrypter, sealed, false);
  },
};
