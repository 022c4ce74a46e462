/**
 * Writes small ONNX models: as much of onnx.proto3's ModelProto as the test model needs, in protobuf's wire format.
 * The numbers are the field numbers of that schema. The same graph gives the same bytes.
 */
export type TensorValue =
  | { type: 'float32'; data: Float32Array; dims: number[] }
  | { type: 'int8'; data: Int8Array; dims: number[] }
  | { type: 'int64'; data: BigInt64Array; dims: number[] };

export interface OnnxNode {
  op: string;
  inputs: string[];
  output: string;
  /** Plain numbers are integers. */
  attributes?: Record<string, number | number[] | { float: number }>;
}

interface OnnxValue {
  name: string;
  type: keyof typeof ELEMENT_TYPE;
  /** A name is a dimension of any size. */
  dims: (number | string)[];
}

export interface OnnxGraph {
  name: string;
  inputs: OnnxValue[];
  outputs: OnnxValue[];
  constants: Record<string, TensorValue>;
  nodes: OnnxNode[];
}

const ELEMENT_TYPE = { float32: 1, int8: 3, int64: 7 } as const;
const ATTRIBUTE_TYPE = { float: 1, int: 2, ints: 7 } as const;
const IR_VERSION = 8;
const OPSET = 17;

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
}

const integer = (field: number, value: number | bigint) => Buffer.concat([varint(field << 3), varint(value)]);

function float(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | 5), bytes]);
}

/** A string, raw bytes, or a message given as its fields. */
function block(field: number, value: string | Uint8Array | Buffer[]): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : Array.isArray(value) ? Buffer.concat(value) : value;
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

const tensor = (name: string, { type, data, dims }: TensorValue): Buffer[] => [
  ...dims.map((size) => integer(1, size)),
  integer(2, ELEMENT_TYPE[type]),
  block(8, name),
  block(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)), // little endian, as every platform of Node is
];

function attribute(name: string, value: number | number[] | { float: number }): Buffer[] {
  if (Array.isArray(value)) {
    return [block(1, name), ...value.map((each) => integer(8, each)), integer(20, ATTRIBUTE_TYPE.ints)];
  }
  if (typeof value === 'number') return [block(1, name), integer(3, value), integer(20, ATTRIBUTE_TYPE.int)];
  return [block(1, name), float(2, value.float), integer(20, ATTRIBUTE_TYPE.float)];
}

const node = ({ op, inputs, output, attributes = {} }: OnnxNode): Buffer[] => [
  ...inputs.map((name) => block(1, name)),
  block(2, output),
  block(3, output),
  block(4, op),
  ...Object.entries(attributes).map(([name, value]) => block(5, attribute(name, value))),
];

function value({ name, type, dims }: OnnxValue): Buffer[] {
  const shape = dims.map((size) => block(1, [typeof size === 'number' ? integer(1, size) : block(2, size)]));
  return [block(1, name), block(2, [block(1, [integer(1, ELEMENT_TYPE[type]), block(2, shape)])])];
}

export function writeOnnx(graph: OnnxGraph): Buffer {
  return Buffer.concat([
    integer(1, IR_VERSION),
    block(7, [
      ...graph.nodes.map((each) => block(1, node(each))),
      block(2, graph.name),
      ...Object.entries(graph.constants).map(([name, each]) => block(5, tensor(name, each))),
      ...graph.inputs.map((each) => block(11, value(each))),
      ...graph.outputs.map((each) => block(12, value(each))),
    ]),
    block(8, [block(1, ''), integer(2, OPSET)]),
  ]);
}
