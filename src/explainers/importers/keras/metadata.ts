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
  return new Map([['framework', 'keras'], ...(application ? [['keras.application', application.id] as const] : [])]);
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
