import type { Device } from '../contracts/device.ts';
import type { EngineId } from '../engines/openEngine.ts';
import type { LinkOut } from '../files/reach.ts';

export interface SessionOptions {
  /** Absent: the fastest that works here. */
  readonly engine?: EngineId;
  /** Absent or `auto`: the card's, else the fastest that gives the CPU's numbers. */
  readonly device?: Device;
  /** Folder in which it is remembered how devices compare with the CPU; absent: for this process only. */
  readonly deviceChecks?: string;
  /** Compare devices with the CPU again, whatever is remembered. */
  readonly recheckDevice?: boolean;
  /** Folder with runtimes that a person has installed besides ours; absent: none. */
  readonly runtimes?: string;
  /** Threads that a model may use; absent: the physical cores. */
  readonly threads?: number;
  /**
   * Bytes that images may take in the model at the same time, for methods with many runs; absent: a gigabyte including
   * the weights. Never more than a quarter of the free memory.
   */
  readonly batchMemory?: number;
  /**
   * Bytes that the values of one run may take, estimated from their shapes; absent: 5 GB, or three quarters of the free
   * memory if that is less.
   */
  readonly memory?: number;
  /**
   * Bytes of maps that are kept, so that who asks again does not wait again, and of maps on their images' pixels;
   * absent: 128 MB each.
   */
  readonly keptMaps?: number;
  /** Folders whose annotation files are found automatically, for images without annotations nearby; absent: none. */
  readonly workspace?: readonly string[];
  /** Folders that a person named or works in; model cards and links in them may lead anywhere within. */
  readonly named?: readonly string[];
  /** A person agreed that links are followed wherever they lead on this machine. */
  readonly everywhere?: boolean;
  /** Real folders outside the workspace that a person allowed when a link led there. */
  readonly linked?: readonly string[];
  /** Called once for each folder out of reach that a link of the workspace leads to. */
  readonly onLinkOut?: (link: LinkOut) => void;
  /**
   * Called with an image whose annotations should be requested again, because files of the workspace that mention it
   * have been found since.
   */
  readonly onAnnotationsFound?: (image: string) => void;
}
