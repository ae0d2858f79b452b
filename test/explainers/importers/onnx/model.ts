import { create, toBinary } from '@bufbuild/protobuf';
import {
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from '../../../../src/explainers/importers/onnx/generated/onnx_pb.js';

// Model files written by hand, with whatever is wrong with them.

export interface TensorInit {
  readonly name?: string;
  readonly dims?: readonly (number | bigint)[];
  readonly dataType?: number;
  readonly rawData?: Uint8Array;
  readonly floatData?: number[];
  /** Makes the data external: location, offset, length … */
  readonly external?: Readonly<Record<string, string>>;
}

export function tensor({ name = 'w', dims = [2], dataType = 1, external, ...rest }: TensorInit): TensorProto {
  const proto = create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType, ...rest });
  if (external) {
    proto.dataLocation = TensorProto_DataLocation.EXTERNAL;
    proto.externalData = Object.entries(external).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    );
  }
  return proto;
}

export const value = (name: string, dims: readonly (number | string)[] = [2], elemType = 1) =>
  create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType,
          shape: {
            dim: dims.map((dim) => ({
              value:
                typeof dim === 'number'
                  ? ({ case: 'dimValue', value: BigInt(dim) } as const)
                  : ({ case: 'dimParam', value: dim } as const),
            })),
          },
        },
      },
    },
  });

export const node = (
  opType: string,
  input: string[],
  output: string[],
  more: { domain?: string; name?: string } = {},
) => create(NodeProtoSchema, { opType, input, output, ...more });

/** x + w, unless `graph` says otherwise. */
export function modelBytes(
  graph: Partial<Pick<GraphProto, 'node' | 'input' | 'output' | 'initializer' | 'sparseInitializer'>> = {},
  opset = 21,
): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 10n,
      opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(opset) })],
      graph: create(GraphProtoSchema, {
        name: 'hand',
        node: [node('Add', ['x', 'w'], ['y'], { name: 'add' })],
        input: [value('x')],
        output: [value('y')],
        initializer: [tensor({ rawData: new Uint8Array(8) })],
        ...graph,
      }),
    }),
  );
}
