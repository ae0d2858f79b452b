/** The log for people when something goes wrong; VS Code's LogOutputChannel satisfies this interface. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
