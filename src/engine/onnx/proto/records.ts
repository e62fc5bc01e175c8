/** What `decode` gives for the messages of schema.ts. Fields absent from the file are absent. */

export interface EntryRecord {
  readonly key?: string;
  readonly value?: string;
}

export interface TensorRecord {
  readonly dims?: readonly (number | bigint)[];
  readonly dataType?: number;
  readonly floatData?: readonly number[];
  readonly int32Data?: readonly number[];
  readonly stringData?: readonly Uint8Array[];
  readonly int64Data?: readonly (number | bigint)[];
  readonly name?: string;
  readonly rawData?: Uint8Array;
  readonly doubleData?: readonly number[];
  readonly uint64Data?: readonly (number | bigint)[];
  readonly externalData?: readonly EntryRecord[];
  readonly dataLocation?: number;
}

export interface DimensionRecord {
  readonly dimValue?: number | bigint;
  readonly dimParam?: string;
}

export interface ValueInfoRecord {
  readonly name?: string;
  readonly type?: {
    readonly tensorType?: {
      readonly elemType?: number;
      readonly shape?: { readonly dim?: readonly DimensionRecord[] };
    };
  };
}

export interface AttributeRecord {
  readonly name?: string;
  readonly f?: number;
  readonly i?: number | bigint;
  readonly s?: Uint8Array;
  readonly t?: TensorRecord;
  readonly g?: GraphRecord;
  readonly floats?: readonly number[];
  readonly ints?: readonly (number | bigint)[];
  readonly strings?: readonly Uint8Array[];
  readonly tensors?: readonly TensorRecord[];
  readonly graphs?: readonly GraphRecord[];
  readonly type?: number;
  readonly refAttrName?: string;
}

export interface NodeRecord {
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  readonly name?: string;
  readonly opType?: string;
  readonly attribute?: readonly AttributeRecord[];
  readonly domain?: string;
}

export interface GraphRecord {
  readonly node?: readonly NodeRecord[];
  readonly name?: string;
  readonly initializer?: readonly TensorRecord[];
  readonly input?: readonly ValueInfoRecord[];
  readonly output?: readonly ValueInfoRecord[];
  readonly valueInfo?: readonly ValueInfoRecord[];
  readonly sparseInitializer?: readonly Uint8Array[];
}

export interface ModelRecord {
  readonly irVersion?: number | bigint;
  readonly producerName?: string;
  readonly producerVersion?: string;
  readonly domain?: string;
  readonly modelVersion?: number | bigint;
  readonly docString?: string;
  readonly graph?: GraphRecord;
  readonly opsetImport?: readonly { readonly domain?: string; readonly version?: number | bigint }[];
  readonly metadataProps?: readonly EntryRecord[];
  readonly functions?: readonly Uint8Array[];
}
