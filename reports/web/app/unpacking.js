// Parts of the one file, as window and worker unpack them.
"use strict";

// By its writer, not by the stream of a blob: a page opened from a disk may not read one in WebKit.
function unpacked(packed) {
  const stream = new DecompressionStream("gzip"), writer = stream.writable.getWriter();
  writer.write(packed).then(() => writer.close()).catch(() => {});
  return stream.readable;
}
