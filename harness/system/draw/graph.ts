// SPDX-License-Identifier: BSD-2-Clause
/** A system as a graph for ELK: protection domains and their contents, interrupts, memory regions, channels. */
import type { ElkExtendedEdge, ElkNode, ElkPort } from 'elkjs';
import type { Description } from '../description.js';
import { formatSize } from '../format.js';
import type { MemoryRegion, ProtectionDomain, VirtualMachine } from '../nodes.js';
import { formatHex } from '../values.js';
import { textWidth } from './svg.js';
import { regionColours } from './theme.js';

/** The content of a node. The first line is its name. */
export interface Box extends ElkNode {
  kind: 'domain' | 'guest' | 'irq' | 'region';
  lines: string[];
  /** CSS classes. */
  style: string;
  children?: Box[];
}

/** A line between two nodes, with the arrow heads at its two ends. */
export interface Line extends ElkExtendedEdge {
  kind: 'channel' | 'wire' | 'share';
  heads: { start?: 'notify' | 'call'; end?: 'notify' | 'call' | 'wire' };
  /** The tooltip. */
  about: string;
}

export const sizes = { name: 13, line: 11, end: 10, lineHeight: 15, padding: 8 } as const;
/** With more maps than this, the graph leaves memory to the address spaces below it. */
const mostShares = 40;

const layout = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.spacing.nodeNode': '18',
  'elk.spacing.edgeNode': '12',
  'elk.spacing.edgeEdge': '8',
  'elk.spacing.portPort': '6',
  'elk.spacing.labelPortHorizontal': '9',
  'elk.spacing.labelPortVertical': '2',
  'elk.portLabels.placement': '[OUTSIDE]',
  'elk.layered.spacing.nodeNodeBetweenLayers': '46',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.padding': '[top=4,left=4,bottom=4,right=4]',
  'org.eclipse.elk.json.shapeCoords': 'ROOT',
  'org.eclipse.elk.json.edgeCoords': 'ROOT',
};

const headHeight = (lines: readonly string[]) => sizes.padding * 2 + sizes.lineHeight * lines.length;

function box(id: string, kind: Box['kind'], lines: string[], style: string, children: Box[] = []): Box {
  const widest = Math.max(
    ...lines.map((line, index) => textWidth(line, index === 0 ? sizes.name : sizes.line)),
  );
  const [width, height] = [Math.ceil(widest) + 2 * sizes.padding, headHeight(lines)];
  const layoutOptions = {
    'elk.nodeSize.constraints': '[MINIMUM_SIZE, PORTS, PORT_LABELS]',
    'elk.nodeSize.minimum': `(${width},${height})`,
    'elk.portLabels.placement': '[OUTSIDE]',
    'elk.spacing.portPort': '6',
    'elk.spacing.labelPortHorizontal': '9',
    'elk.spacing.labelPortVertical': '2',
  };
  const node: Box = { id, kind, lines, style, width, height, layoutOptions };
  if (children.length === 0) return node;
  return {
    ...node,
    children,
    layoutOptions: {
      ...layoutOptions,
      'elk.padding': `[top=${height},left=10,bottom=10,right=10]`,
    },
  };
}

const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

function guestBox(guest: VirtualMachine): Box {
  const lines = [guest.name, `VM, priority ${guest.priority}`, plural(guest.vcpus.length, 'vCPU')];
  return box(`vm ${guest.name}`, 'guest', lines, 'guest');
}

function domainBox(domain: ProtectionDomain): Box {
  const { name, priority, passive, programImage, childId } = domain;
  const child = childId === undefined ? '' : `, child ${childId}`;
  const lines = [name, `priority ${priority}${passive ? ', passive' : ''}${child}`];
  if (programImage !== undefined) lines.push(programImage);
  const inside = [...domain.children.map(domainBox), ...(domain.guest ? [guestBox(domain.guest)] : [])];
  return box(`pd ${name}`, 'domain', lines, 'domain', inside);
}

function regionBox(region: MemoryRegion, index: number): Box {
  const { name, size = 0, physAddr } = region.attributes;
  const lines = [name, formatSize(size)];
  if (physAddr !== undefined) lines.push(`at ${formatHex(physAddr)}`);
  return box(`mr ${name}`, 'region', lines, `r${index % regionColours}`);
}

/** One end of a line: its node and its label. */
interface End {
  node: string;
  text: string;
}

/** Gives each end its own port, so that the layout reserves room for the label. */
function portOf({ node, text }: End, ports: Map<string, ElkPort[]>): string {
  const list = ports.get(node) ?? [];
  const id = `${node} ${list.length}`;
  const labels =
    text === '' ? [] : [{ text, width: Math.ceil(textWidth(text, sizes.end)), height: sizes.end + 2 }];
  list.push({ id, width: 0, height: 0, labels });
  ports.set(node, list);
  return id;
}

interface Connection {
  from: End;
  to: End;
  kind: Line['kind'];
  heads: Line['heads'];
  about: string;
}

function channels(system: Description): Connection[] {
  return system.channels.flatMap<Connection>((channel) => {
    const [first, second] = channel.all('end').map(({ attributes }) => attributes);
    if (first === undefined || second === undefined) return [];
    // Calls are drawn from left to right.
    const [a, b] = second.pp && !first.pp ? [second, first] : [first, second];
    const head = ({ pp, notify = true }: typeof a): Line['heads']['start'] =>
      pp ? 'call' : notify ? 'notify' : undefined;
    const [end, start] = [head(a), head(b)];
    return {
      kind: 'channel' as const,
      from: { node: `pd ${a.pd}`, text: String(a.id) },
      to: { node: `pd ${b.pd}`, text: String(b.id) },
      heads: { ...(start && { start }), ...(end && { end }) },
      about: `'${a.pd}' knows it by ${a.id}, '${b.pd}' by ${b.id}`,
    };
  });
}

function interrupts(system: Description): { nodes: Box[]; connections: Connection[] } {
  const all = system.domains.flatMap(({ domain }) =>
    domain.irqs.map(({ attributes, trigger }) => ({
      name: domain.name,
      trigger,
      intid: attributes.irq,
      id: attributes.id,
    })),
  );
  const nodes = all.map(({ intid, trigger }) => box(`irq ${intid}`, 'irq', [`IRQ ${intid}`, trigger], 'irq'));
  const connections = all.map<Connection>(({ name, intid, id }) => ({
    kind: 'wire',
    from: { node: `irq ${intid}`, text: '' },
    to: { node: `pd ${name}`, text: String(id) },
    heads: { end: 'wire' },
    about: `interrupt ${intid} wakes '${name}' by id ${id}`,
  }));
  return { nodes, connections };
}

function shares(system: Description): { nodes: Box[]; connections: Connection[] } {
  const spaces = system.domains.flatMap(({ domain }) => [
    { node: `pd ${domain.name}`, maps: domain.maps },
    ...(domain.guest ? [{ node: `vm ${domain.guest.name}`, maps: domain.guest.maps }] : []),
  ]);
  const all = spaces.flatMap(({ node, maps }) => maps.map((map) => ({ node, map })));
  if (all.length > mostShares) return { nodes: [], connections: [] };
  const connections = all.map<Connection>(({ node, map }) => ({
    kind: 'share',
    from: { node, text: map.cached ? map.perms : `${map.perms} uncached` },
    to: { node: `mr ${map.mr}`, text: '' },
    heads: {},
    about: `'${map.mr}' at ${formatHex(map.vaddr)}`,
  }));
  return { nodes: system.regions.map(regionBox), connections };
}

const within = (node: Box): string[] => [node.id, ...(node.children ?? []).flatMap(within)];

/** Adds their ports to a node and the nodes inside it. */
function withPorts(node: Box, ports: ReadonlyMap<string, ElkPort[]>): Box {
  const own = ports.get(node.id);
  const children = node.children?.map((child) => withPorts(child, ports));
  return { ...node, ...(own && { ports: own }), ...(children && { children }) };
}

/** Groups nodes that lines connect, directly or indirectly, in the order of their first nodes. */
function components(nodes: readonly Box[], connections: readonly Connection[]): Box[][] {
  const topOf = new Map(nodes.flatMap((node) => within(node).map((id) => [id, node.id] as const)));
  const group = new Map(nodes.map(({ id }) => [id, id]));
  const find = (id: string): string => {
    const up = group.get(id) ?? id;
    return up === id ? id : find(up);
  };
  for (const { from, to } of connections)
    group.set(find(topOf.get(from.node) ?? ''), find(topOf.get(to.node) ?? ''));
  const groups = new Map<string, Box[]>();
  for (const node of nodes) groups.set(find(node.id), [...(groups.get(find(node.id)) ?? []), node]);
  return [...groups.values()];
}

export type Graph = ElkNode & { children: Box[]; edges: Line[] };

/** The graphs of a system, one for each unconnected part. References to elements that do not exist are left out. */
export function systemGraphs(system: Description): Graph[] {
  const irqs = interrupts(system);
  const memory = shares(system);
  const nodes = [...irqs.nodes, ...system.roots.map(domainBox), ...memory.nodes];
  const known = new Set(nodes.flatMap(within));
  const connections = [...irqs.connections, ...channels(system), ...memory.connections].filter(
    ({ from, to }) => known.has(from.node) && known.has(to.node),
  );
  const ports = new Map<string, ElkPort[]>();
  const edges = connections.map<Line>(({ from, to, ...rest }, index) => ({
    ...rest,
    id: `line ${index}`,
    sources: [portOf(from, ports)],
    targets: [portOf(to, ports)],
  }));
  return components(nodes, connections).map((members, index) => {
    const ids = new Set(members.flatMap(within));
    return {
      id: `part ${index}`,
      layoutOptions: layout,
      children: members.map((member) => withPorts(member, ports)),
      edges: edges.filter((_, at) => ids.has(connections[at]?.from.node ?? '')),
    };
  });
}
