// SPDX-License-Identifier: BSD-2-Clause
/**
 * The guest's device tree source, generated from the board's data. Bindings: Linux, Documentation/devicetree/bindings.
 */

import { type Board, type Range, redistributorStride, type UartKind } from '../../boards/board.js';
import { hex } from '../../harness/base/text.js';

export interface DeviceTreeRequest {
  board: Board;
  /** 1 to 8: a GICv2 has no more CPU interfaces. */
  vcpus: number;
  ram: Range;
  initrd: Range;
  bootargs: string;
}

/** The first SPI and the first PPI among the INTIDs (IHI 0048B, 2.2.1). */
const firstSpi = 32;
const firstPpi = 16;
/** Cells of the arm,gic binding: kind, number, flags. */
const gicSpi = 0;
const gicPpi = 1;
const edgeRising = 1;
const levelHigh = 4;
/**
 * The names of a UART's clocks in its binding. All are the same fixed clock here, because nobody changes it while the
 * guest runs.
 */
const uartClocks: Record<UartKind, readonly string[]> = {
  pl011: ['uartclk', 'apb_pclk'],
  imx: ['ipg', 'per'],
  meson: ['xtal', 'pclk', 'baud'],
  cadence: ['uart_clk', 'pclk'],
  8250: ['uart'],
};

const unit = (address: number): string => address.toString(16);

/** Two cells for each address or size. */
function cells(...values: number[]): string {
  return values.map((value) => `${hex(Math.floor(value / 2 ** 32))} ${hex(value % 2 ** 32)}`).join(' ');
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

function cpuNodes({ board, vcpus }: DeviceTreeRequest): string {
  const node = (id: number) => `
        cpu@${unit(id)} {
            device_type = "cpu";
            compatible = "${board.cpu.compatible}";
            reg = <${hex(id)}>;
            enable-method = "psci";
        };`;
  return Array.from({ length: vcpus }, (_, id) => node(id)).join('\n');
}

/** The node of the interrupt controller, which the guest finds at the board's own addresses. */
function gicNode({ board, vcpus }: DeviceTreeRequest): string {
  const { gic } = board;
  const [compatible, ...frames] =
    gic.version === 2
      ? ['arm,cortex-a15-gic', cells(gic.cpuInterface, gic.cpuInterfaceSize)]
      : ['arm,gic-v3', cells(gic.redistributor, vcpus * redistributorStride)];
  const reg = [cells(gic.distributor, gic.frameSize), ...frames].map((frame) => `<${frame}>`);
  return `
    gic: interrupt-controller@${unit(gic.distributor)} {
        compatible = "${compatible}";
        reg = ${reg.join(', ')};
        interrupt-controller;
        #interrupt-cells = <3>;
        #address-cells = <0>;
    };`;
}

/** Registers four bytes apart (Linux, bindings/serial/8250.yaml). Without it Linux takes them to be bytes. */
const fourBytesApart = `
        reg-shift = <2>;
        reg-io-width = <4>;`;

/** The passed-through UART and its clock. */
function uartNodes({ uart }: Board): string {
  const flags = uart.trigger === 'edge' ? edgeRising : levelHigh;
  const clocks = uartClocks[uart.kind];
  return `
    uart_clock: clock-uart {
        compatible = "fixed-clock";
        #clock-cells = <0>;
        clock-frequency = <${uart.clock}>;
    };

    uart: serial@${unit(uart.base)} {
        compatible = ${uart.compatible.map(quoted).join(', ')};
        reg = <${cells(uart.base, uart.size)}>;
        interrupts = <${gicSpi} ${uart.intid - firstSpi} ${hex(flags)}>;
        clocks = ${clocks.map(() => '<&uart_clock>').join(', ')};
        clock-names = ${clocks.map(quoted).join(', ')};${uart.kind === '8250' ? fourBytesApart : ''}
    };`;
}

function timerInterrupts({ board, vcpus }: DeviceTreeRequest): string {
  const { secure, physical, virtual, hypervisor } = board.timers;
  // With a GICv2, bits 15:8 of a PPI's flags name the CPUs that have it.
  const flags = levelHigh | (board.gic.version === 2 ? ((1 << vcpus) - 1) << 8 : 0);
  return [secure, physical, virtual, hypervisor]
    .map((intid) => `<${gicPpi} ${intid - firstPpi} ${hex(flags)}>`)
    .join(', ');
}

/**
 * DTS text of the guest: RAM, vCPUs, PSCI by SMC, the GIC, the generic timer, the passed-through UART. The root is not
 * compatible with any chip: Linux would look for the rest of that chip, which the guest does not have.
 */
export function deviceTreeSource(request: DeviceTreeRequest): string {
  const { board, ram, initrd, bootargs } = request;
  return `/dts-v1/;

/ {
    model = ${quoted(`Guest on ${board.description}`)};
    compatible = "linux,dummy-virt";
    #address-cells = <2>;
    #size-cells = <2>;
    interrupt-parent = <&gic>;

    aliases {
        serial${/(?<!\d)\d+$/.exec(board.uart.linuxName)?.[0] ?? 0} = &uart;
    };

    chosen {
        bootargs = ${quoted(bootargs)};
        stdout-path = &uart;
        linux,initrd-start = <${cells(initrd.base)}>;
        linux,initrd-end = <${cells(initrd.base + initrd.size)}>;
    };

    memory@${unit(ram.base)} {
        device_type = "memory";
        reg = <${cells(ram.base, ram.size)}>;
    };

    cpus {
        #address-cells = <1>;
        #size-cells = <0>;
${cpuNodes(request)}
    };

    psci {
        compatible = "arm,psci-1.0", "arm,psci-0.2";
        method = "smc";
    };

    timer {
        compatible = "arm,armv8-timer";
        interrupts = ${timerInterrupts(request)};
        always-on;
    };
${gicNode(request)}
${uartNodes(board)}
};
`;
}
