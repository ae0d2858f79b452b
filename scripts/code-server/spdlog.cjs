// The log writer of VS Code's server, in JavaScript: takes the place of its C++ one (@vscode/spdlog), so that setting the
// server up needs no compiler. Same calls, same log format; files are not rotated.
const fs = require('node:fs');
const path = require('node:path');

const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
const local = (date) => new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString();
const stamp = () => local(new Date()).slice(0, 23).replace('T', ' ');
let defaultLevel = 2;

class Logger {
  constructor(_type, _name, file) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.file = file;
    this.level = defaultLevel;
    this.raw = false;
  }
  write(level, message) {
    if (level < this.level || !this.file) return;
    fs.appendFileSync(this.file, this.raw ? message : `${stamp()} [${names[level]}] ${message}\n`);
  }
  trace(message) {
    this.write(0, message);
  }
  debug(message) {
    this.write(1, message);
  }
  info(message) {
    this.write(2, message);
  }
  warn(message) {
    this.write(3, message);
  }
  error(message) {
    this.write(4, message);
  }
  critical(message) {
    this.write(5, message);
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  clearFormatters() {
    this.raw = true;
  }
  setPattern() {}
  flush() {}
  drop() {
    this.file = undefined;
  }
}

const create = async (name, file) => new Logger('rotating', name, file);

exports.version = 1;
exports.setLevel = (level) => {
  defaultLevel = level;
};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
