// Every message between the panel's page and the extension host, and the sides of both connections; what the explainer process
// answers is in requests.ts. One interface per direction: a method is a request with a reply; notifications have none. The compiler
// names each handler that is missing.

import type { Catalogue } from '../contracts/catalogue.ts';
import type { Finding, Verdict } from '../contracts/results.ts';
import type { ErrorReport } from '../errors.ts';
import type { AskedBy, ExplainerRequests } from './requests.ts';

/** What the extension host passes on for a page. */
export type PassedOn = Pick<ExplainerRequests, AskedBy<'page'>>;

/** What the page asks of the extension host itself. */
export interface HostRequests extends PassedOn {
  /** The page is loaded: what shall it show? */
  ready(request: Record<never, never>): PanelContents & { readonly catalogue: Catalogue };
  chooseModel(request: Record<never, never>): { model: string } | null;
  writeCard(request: { model: string }): { path: string };
  openFile(request: { path: string; line?: number }): null;
  /** The page of the documentation on a method. */
  openMethodPage(request: { method: string }): null;
  restartExplainer(request: Record<never, never>): null;
  grantTrust(request: Record<never, never>): { trusted: boolean };
  /** A verdict on one of the findings that the page was told of. `findings` tells of it then. */
  review(request: { finding: Finding; verdict: Verdict['verdict']; note: string }): Verdict;
}

/** What the panel shows: persisted by the page, so that it comes back after a reload. */
export interface PanelContents {
  readonly images: readonly string[];
  readonly current: number;
  readonly model: string | null;
  /** Models found near the images, best first. */
  readonly models: readonly string[];
  readonly trusted: boolean;
  readonly settings: PanelSettings;
  /** For display: paths are shown relative to this. */
  readonly workspace: string | null;
  /** What Check Labels found in the current image, verdicts included; right after a step they may be the last image's. */
  readonly findings: readonly Finding[];
  /** The finding that the panel was opened from: its image and its class are shown at first. Null: none. */
  readonly focus: FindingFocus | null;
}

/** A finding as a place in the panel. */
export interface FindingFocus {
  readonly image: string;
  /** Class index. */
  readonly index: number;
  /** The finding's key. */
  readonly finding: string;
}

export interface PanelSettings {
  readonly methods: readonly string[];
  readonly opacity: number;
  readonly colorMap: string;
}

/** Extension host → page. */
export interface ViewNotifications {
  /** Files that the model is made from changed on disk: what is shown is out of date. `files`: those that are there, by their paths. */
  modelChanged: { readonly model: string; readonly files?: readonly string[] };
  /** `gone`: there is no such file any more. */
  imageChanged: { readonly image: string; readonly gone?: boolean };
  annotationsChanged: { readonly path: string };
  explainerStopped: ErrorReport;
  settings: PanelSettings;
  /** The page came to light, or is hidden behind another editor: then it holds no maps and no pictures. */
  visibility: { readonly visible: boolean };
  trust: { readonly trusted: boolean };
  /** A command of the extension, run while this panel has the focus. */
  command: { readonly id: 'next' | 'previous' | 'toggleOverlay' | 'toggleAnnotations' };
  show: PanelContents;
  /** What Check Labels says of an image: sent for the one shown, whenever another is shown or the findings or verdicts change. */
  findings: { readonly image: string; readonly findings: readonly Finding[] };
  /** Go to the image and the class of a finding: it was clicked elsewhere, in the Problems panel or the tree. */
  focus: FindingFocus;
}

/** Page → extension host. */
export interface HostNotifications {
  /** An uncaught error of the page, for the log. */
  pageError: { readonly message: string; readonly stack?: string };
  /** Something worth measuring happened: 'heatmap' is the first painted heatmap. */
  painted: { readonly what: 'image' | 'heatmap'; readonly at: number };
  state: { readonly current: number; readonly model: string | null };
  /** The user wants to see the log. */
  showLog: Record<never, never>;
}

/** The three ends of the two connections: page ↔ extension host ↔ explainer process. */
export interface PageSide {
  readonly requests: Record<never, never>;
  readonly notifications: ViewNotifications;
}

export interface HostSide {
  readonly requests: HostRequests;
  readonly notifications: HostNotifications;
}

export interface ExplainerSide {
  readonly requests: ExplainerRequests;
  readonly notifications: Record<never, never>;
}

/** The extension host as the explainer process sees it: it asks nothing, and tells of annotation files and why it is about to end. */
export interface ExplainerClientSide {
  readonly requests: Record<never, never>;
  readonly notifications: {
    readonly dying: ErrorReport & { readonly stack?: string };
    /** Files that annotate this image were found after it was asked for. */
    readonly annotationsFound: { readonly image: string };
  };
}
