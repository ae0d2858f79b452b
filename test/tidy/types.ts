import path from 'node:path';
import { type Expression, type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast';
import { API, type Checker, type Type, TypeFlags } from 'typescript/unstable/sync';
import { root, sourceFiles } from './files.ts';

/** The source files as TypeScript understands them, with the types of their expressions. */
export interface Typed {
  readonly checker: Checker;
  /** Calls back for every node of every file of `src`, generated ones aside. */
  visit(see: (node: Node, file: TypedFile) => void): void;
}

export interface TypedFile {
  readonly name: string;
  readonly text: string;
  /** `src/file.ts:12: the expression`, on one line. */
  place(node: Node): string;
}

/** Files to be looked at in addition to those of the project: what a check must find, as `name: text`. */
export function withTypes<T>(use: (typed: Typed) => T, files: readonly string[] = sourceFiles('src')): T {
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProjects: [path.join(root, 'tsconfig.json')] }).getProjects();
    const visit: Typed['visit'] = (see) => {
      for (const name of files) {
        const source = project!.program.getSourceFile(path.join(root, name));
        if (!source) throw new Error(`${name} is not in tsconfig.json`);
        const file = typedFile(name, source);
        const walk = (node: Node): void => {
          see(node, file);
          node.forEachChild(walk);
        };
        source.forEachChild(walk);
      }
    };
    return use({ checker: project!.checker, visit });
  } finally {
    api.close();
  }
}

const typedFile = (name: string, { text }: SourceFile): TypedFile => ({
  name,
  text,
  place: (node) => {
    const code = text.slice(node.pos, node.end);
    const line = text.slice(0, node.end - code.trimStart().length).split('\n').length;
    return `${name}:${line}: ${code.trim().replace(/\s+/g, ' ')}`;
  },
});

/** Whether a value of this type may be any text; a type parameter is what it extends. */
export function mayBeAnyText(checker: Checker, type: Type | undefined): boolean {
  if (!type) return true;
  if (type.flags & TypeFlags.Union)
    return (type as Type & { getTypes(): readonly Type[] }).getTypes().some((part) => mayBeAnyText(checker, part));
  if (type.flags & (TypeFlags.TypeParameter | TypeFlags.Index | TypeFlags.IndexedAccess)) {
    const constraint = checker.getBaseConstraintOfType(type);
    return constraint === undefined || constraint === type || mayBeAnyText(checker, constraint);
  }
  return (type.flags & (TypeFlags.String | TypeFlags.TemplateLiteral | TypeFlags.Any | TypeFlags.Unknown)) !== 0;
}

export const isKind = <N extends Node = Expression & Record<string, Node>>(node: Node, kind: SyntaxKind): node is N =>
  node.kind === kind;
export { SyntaxKind };
