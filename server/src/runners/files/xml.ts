import { XMLParser } from 'fast-xml-parser';

/** An element of an XML file. Names have no prefix. */
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** In the order of the text. */
  readonly children: readonly Element[];
  /** The text between its tags, without that of its children. */
  readonly text: string;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  parseTagValue: false,
});

/** The outermost elements; none of a text that is not XML, or that somebody is still typing. */
export function parseXml(text: string): readonly Element[] {
  try {
    return elementsIn(parser.parse(text));
  } catch {
    return [];
  }
}

/** An element and all that stands in it, in the order of the text. */
export function* descendants(elements: readonly Element[]): Generator<Element> {
  for (const element of elements) {
    yield element;
    yield* descendants(element.children);
  }
}

/** One of `{ name: [child, …], ':@': attributes }`, or `{ '#text': text }`. */
interface Node {
  readonly [name: string]: unknown;
  readonly '#text'?: string;
  readonly ':@'?: Readonly<Record<string, string>>;
}

function elementsIn(nodes: unknown): readonly Element[] {
  return (nodes as readonly Node[]).flatMap((node): readonly Element[] => {
    const name = Object.keys(node).find((key) => key !== ':@');
    if (name === undefined || name === '#text') return [];
    const content = node[name] as readonly Node[];
    const text = content.map((child) => child['#text'] ?? '').join('');
    const attributes = node[':@'] ?? {};
    return [{ name, attributes, children: elementsIn(content), text: text.trim() }];
  });
}
