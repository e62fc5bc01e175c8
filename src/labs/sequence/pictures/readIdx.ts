import { bytes as bytesField } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";

/** Grey pictures of one size. */
export interface GreyPictures {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** 0 to 255, row by row, picture by picture. */
  readonly pixels: Uint8Array;
}

/** Bytes before the pixels of an IDX file of pictures. */
const head = 16;
/** What an IDX file of unsigned bytes in three dimensions begins with. */
const picturesMagic = 0x0803;
/** Pixels of a side at most. */
const longestSide = 1024;

/**
 * Reads the pictures of an IDX file, the form of the MNIST digits: big-endian magic number 0x0803, count, height, width, then the pixels.
 *
 * @param where what errors call the file
 * @throws ImagoError where it is none, is of another form (such as one of labels), or its length is not what its head says
 */
export function readIdx(bytes: Uint8Array, where = "readIdx"): GreyPictures {
  bytesField.read("readIdx", "bytes", bytes);
  const wrong = (why: string): ImagoError =>
    new ImagoError(`${where}: ${why}.`, {
      help: "Give an IDX file of pictures, such as train-images-idx3-ubyte of MNIST, unpacked.",
    });
  if (bytes.length < head) throw wrong(`it has ${bytes.length} bytes, too few for an IDX file`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  if (magic === 0x0801) throw wrong("it holds labels, not pictures");
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw wrong("it is packed by gzip");
  if (magic !== picturesMagic) throw wrong("it is no IDX file of pictures");
  const [count, height, width] = [view.getUint32(4), view.getUint32(8), view.getUint32(12)];
  if (count === 0 || height === 0 || width === 0 || height > longestSide || width > longestSide) {
    throw wrong(`it says that it has ${count} pictures of ${height} × ${width} pixels`);
  }
  const needed = head + count * height * width;
  if (bytes.length !== needed) {
    throw wrong(`${count} pictures of ${height} × ${width} need ${needed} bytes, and it has ${bytes.length}`);
  }
  return { count, height, width, pixels: bytes.subarray(head) };
}
