// The file of a store as SQLite sees it: the one file of a folder, in which no other can be made.
"use strict";
const RECORD_FOLDER = "/record", RECORD_FILE = "record.sqlite";
const NO_SUCH_FILE = 44; // errno

function mountRecord(FS, store) {
  const WHEN = ["atime", "mtime", "ctime"];
  const sizeOf = (node) => FS.isDir(node.mode) ? BLOCK : store.size;
  const nodeOps = {
    getattr(node) {
      const times = Object.fromEntries(WHEN.map((name) => [name, new Date(node[name] ?? 0)]));
      const size = sizeOf(node);
      const owned = { dev: 1, ino: node.id, mode: node.mode, nlink: 1, uid: 0, gid: 0, rdev: 0 };
      return { ...owned, size, blksize: BLOCK, blocks: Math.ceil(size / BLOCK), ...times };
    },
    setattr(node, changed) {
      for (const name of ["mode", ...WHEN]) if (changed[name] != null) node[name] = changed[name];
      if (changed.size !== undefined) store.resize(changed.size);
    },
    lookup() { throw new FS.ErrnoError(NO_SUCH_FILE); },
  };
  const streamOps = {
    read: (stream, buffer, offset, length, place) => store.read(bytesOf(buffer, offset, length), place),
    write: (stream, buffer, offset, length, place) => store.write(bytesOf(buffer, offset, length), place),
    llseek: (stream, offset, whence) => offset + [0, stream.position, store.size][whence],
  };
  const made = (parent, name, mode) => Object.assign(FS.createNode(parent, name, mode, 0), { node_ops: nodeOps, stream_ops: streamOps });
  const mount = () => {
    const folder = made(null, "/", 0o40700);
    made(folder, RECORD_FILE, 0o100600);
    return folder;
  };
  FS.mkdirTree(RECORD_FOLDER);
  FS.mount({ mount }, {}, RECORD_FOLDER);
}

const bytesOf = (buffer, offset, length) => new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
