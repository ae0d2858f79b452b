import { isObject } from '../layers/config.ts';
import type { Layer, Network } from '../layers/topology.ts';

/** An architecture of keras.applications: the names of its models, and a layer that no other architecture has. */
interface Application {
  readonly id: string;
  readonly model: RegExp;
  readonly layer: RegExp;
}

/** Architectures whose preprocessing is outside the model; the others begin with it. */
const APPLICATIONS: readonly Application[] = [
  { id: 'densenet', model: /^densenet\d+$/i, layer: /^conv5_block16_concat$/ },
  { id: 'resnet-v2', model: /^resnet\d+v2$/i, layer: /^conv5_block\d_preact_bn$/ },
  { id: 'resnet', model: /^resnet\d+$/i, layer: /^conv5_block3_out$/ },
  { id: 'vgg', model: /^vgg1[69]$/i, layer: /^block5_conv3$/ },
  { id: 'mobilenet-v2', model: /^mobilenetv2_/i, layer: /^block_16_project_BN$/ },
  { id: 'mobilenet', model: /^mobilenet_\d/i, layer: /^conv_dw_13$/ },
  { id: 'xception', model: /^xception$/i, layer: /^block14_sepconv2$/ },
  { id: 'inception-resnet-v2', model: /^inception_resnet_v2$/i, layer: /^conv_7b$/ },
  { id: 'inception-v3', model: /^inception_v3$/i, layer: /^mixed10$/ },
  { id: 'nasnet', model: /^nasnet/i, layer: /^normal_concat_\d+$/ },
];

/** What a Keras model's file suggests about its images and classes; see models/kerasApplications.ts. */
export function kerasMetadata(network: Network): ReadonlyMap<string, string> {
  const { models, layers } = namesIn(network);
  const application = APPLICATIONS.find(
    ({ model, layer }) => models.some((name) => model.test(name)) || layers.some((name) => layer.test(name)),
  );
  const policies = policiesOf(network);
  return new Map([
    ['framework', 'keras'],
    ...(application ? [['keras.application', application.id] as const] : []),
    ...(policies.length > 0 ? [['keras.policy', policies.join(', ')] as const] : []),
  ]);
}

/** The types, other than float32, in which its layers compute: 'mixed_float16'. */
function policiesOf({ layers }: Network): readonly string[] {
  const found = layers.flatMap(({ config, network }) => {
    if (network) return policiesOf(network);
    const { dtype } = config;
    const policy = isObject(dtype) && isObject(dtype.config) ? dtype.config.name : dtype;
    return typeof policy === 'string' && /^(?:mixed_)?b?float(?:16|64)$/.test(policy) ? [policy] : [];
  });
  return [...new Set(found)].sort();
}

/** The names of a model, of the models in it, and of all their layers. */
function namesIn(network: Network): { readonly models: readonly string[]; readonly layers: readonly string[] } {
  const models = [network.name];
  const layers: string[] = [];
  const visit = (layer: Layer): void => {
    layers.push(layer.name);
    if (layer.network) models.push(layer.network.name);
    layer.network?.layers.forEach(visit);
  };
  network.layers.forEach(visit);
  return { models, layers };
}
