export { Decrypter, Encrypter, armor, generateX25519Identity, identityToRecipient } from "age-encryption";
