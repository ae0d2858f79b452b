// Every message between the panel's page and the extension host, and the sides of both connections; the requests to the
// explainer process are in requests.ts. One interface per direction: a method is a request with a reply; notifications
// have none. The compiler names missing handlers.

import type { Catalogue } from '../contracts/catalogue.ts';
import type { FixBox, LabelChange } from '../contracts/labels/fix.ts';
import type { Finding, Verdict } from '../contracts/results.ts';
import type { ErrorReport } from '../errors.ts';
import type { LinkOut } from '../files/reach.ts';
import type { AskedBy, ExplainerRequests } from './requests.ts';
import type { TakeAway } from './takeAway.ts';
import type { ViewAction } from './viewActions.ts';

/** The requests that the extension host passes on for a page. */
export type PassedOn = Pick<ExplainerRequests, AskedBy<'page'>>;

/** The page's requests to the extension host itself. */
export interface HostRequests extends PassedOn {
  /** The page has loaded: what should it show? */
  ready(request: Record<never, never>): OpenedContents;
  chooseModel(request: Record<never, never>): { model: string } | null;
  /** A model to compare with; the panel goes on with its own. */
  chooseOther(request: Record<never, never>): { model: string } | null;
  writeCard(request: { model: string }): { path: string };
  openFile(request: { path: string; line?: number }): null;
  /** The documentation page of a method. */
  openMethodPage(request: { method: string }): null;
  restartExplainer(request: Record<never, never>): null;
  grantTrust(request: Record<never, never>): { trusted: boolean };
  /** Asks where a file goes and writes it; null: the user has changed their mind. */
  saveFile(request: { name: string; bytes: Uint8Array }): { path: string } | null;
  copyText(request: { text: string }): null;
  /** Copies a command line with these arguments, quoted for the user's shell. */
  copyCommand(request: { args: readonly string[] }): null;
  /** Whether the user lets a picture of a DICOM file leave the panel. */
  mayLeave(request: Record<never, never>): boolean;
  /** A verdict on one of the findings that the page has received. `findings` then sends the change. */
  review(request: { finding: Finding; verdict: Verdict['verdict']; note: string }): Verdict;
  /** A key of the triage, about the finding that the panel shows: a verdict, a step, or the last verdict back. */
  triage(request: { action: TriageAction }): null;
  /** A correction of a finding's label, shown as a difference first; a null change: VS Code asks which. */
  fixLabel(request: { finding: Finding; change: LabelChange | null }): null;
  /** The box that `drawBox` wanted; null: the user has changed their mind. */
  drawn(request: { id: number; box: FixBox | null }): null;
}

/** A box that the user is to draw on the picture. */
export interface BoxWanted {
  readonly id: number;
  readonly image: string;
  /** What it is for. */
  readonly label: string;
  /** The box as it is now, in pixels of the image; null: there is none yet. */
  readonly box: FixBox | null;
}

/** What a key does to the findings. */
export type TriageAction = 'right' | 'wrong' | 'unsure' | 'next' | 'previous' | 'takeBack';

/** The content of a panel. */
export interface PanelContents {
  /** Persisted by the page: the host knows by it what the panel showed before a reload. */
  readonly panel: string;
  readonly images: readonly string[];
  readonly current: number;
  readonly model: string | null;
  /** Models found near the images, best first. */
  readonly models: readonly string[];
  readonly trusted: boolean;
  readonly settings: PanelSettings;
  /** For display: paths are shown relative to this. */
  readonly workspace: string | null;
  /**
   * The findings of Check Labels in the current image, including verdicts; right after a step they may be the previous
   * image's.
   */
  readonly findings: readonly Finding[];
  /** The finding that the panel was opened for: its image and its class are shown first. Null: none. */
  readonly focus: FindingFocus | null;
}

/** The first content of a page. */
export type OpenedContents = PanelContents & { readonly catalogue: Catalogue };

/** A finding as a place in the panel. */
export interface FindingFocus {
  readonly image: string;
  /** Class index. */
  readonly index: number;
  /** The finding's key; empty: it is a row of results. */
  readonly finding: string;
  /** The method to look at. */
  readonly method?: string;
}

export interface PanelSettings {
  readonly methods: readonly string[];
  readonly opacity: number;
  readonly colorMap: string;
}

/** Extension host → page. */
export interface ViewNotifications {
  /**
   * The answer to `ready`, sent while the page still loads.
   */
  opened: OpenedContents;
  /** The reply to a request that the page is expected to send; the key is that of `requestKey`. */
  early: { readonly key: string; readonly reply: unknown };
  /**
   * Files that the model depends on changed on disk, so the page is out of date. `files`: those that exist, by their
   * paths.
   */
  modelChanged: { readonly model: string; readonly files?: readonly string[] };
  /** `gone`: the file no longer exists. */
  imageChanged: { readonly image: string; readonly gone?: boolean };
  annotationsChanged: { readonly path: string };
  explainerStopped: ErrorReport;
  settings: PanelSettings;
  /** The page became visible, or another editor hides it; while hidden it holds no maps and no pictures. */
  visibility: { readonly visible: boolean };
  trust: { readonly trusted: boolean };
  /** A command of the extension, run while this panel has the focus. */
  command: { readonly id: 'next' | 'previous' | 'toggleOverlay' | 'toggleAnnotations' | ViewAction | TakeAway };
  show: PanelContents;
  /**
   * The findings of Check Labels in an image: sent for the current one, whenever another is shown or the findings or
   * verdicts change.
   */
  findings: { readonly image: string; readonly findings: readonly Finding[] };
  /** Show the image and the class of a finding that was clicked elsewhere, in the Problems panel or the tree. */
  focus: FindingFocus;
  /** Lets the user draw a box; the page sends `drawn` once it is done, or another image is shown. */
  drawBox: BoxWanted;
}

/** Page → extension host. */
export interface HostNotifications {
  /** An uncaught error of the page, for the log. */
  pageError: { readonly message: string; readonly stack?: string };
  /** Something worth measuring happened: 'heatmap' is the first painted heatmap. */
  painted: { readonly what: 'image' | 'heatmap'; readonly at: number };
  /** The page has used a reply of `early`, so it does not send that request. */
  earlyTaken: { readonly method: AskedBy<'page'>; readonly key: string };
  /** The page relies on nothing that was computed before. */
  readAgain: Record<never, never>;
  /** `changed`: the user has made something of the panel that another image in it would take away. */
  state: { readonly current: number; readonly model: string | null; readonly changed?: boolean };
  /** The user steps over an end of the set: forwards (1) or backwards (−1). */
  beyond: { readonly by: number };
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

/**
 * The extension host from the view of the explainer process, which sends no requests but notifies it of annotation
 * files and of why it is about to end.
 */
export interface ExplainerClientSide {
  readonly requests: Record<never, never>;
  readonly notifications: {
    readonly dying: ErrorReport & { readonly stack?: string };
    /** Files that annotate this image were found after it had been requested. */
    readonly annotationsFound: { readonly image: string };
    /** A link of the workspace leads to a folder that is out of reach. */
    readonly linkOut: LinkOut;
  };
}
