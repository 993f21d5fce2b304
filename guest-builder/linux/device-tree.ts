// SPDX-License-Identifier: BSD-2-Clause
/** The guest's device tree as text, out of the board's data. Bindings: Linux, Documentation/devicetree/bindings. */
import type { Board, Range } from '../../boards/board.js';

export interface DeviceTreeRequest {
  board: Board;
  /** 1 to 8: a GICv2 has no more CPU interfaces. */
  vcpus: number;
  ram: Range;
  initrd: Range;
  bootargs: string;
}

/** First SPI and first PPI among the INTIDs (IHI 0048B, 2.2.1). */
const firstSpi = 32;
const firstPpi = 16;
/** Cells of the arm,gic binding: kind, number, flags. */
const gicSpi = 0;
const gicPpi = 1;
const edgeRising = 1;
const levelHigh = 4;
/** The PL011's reference clock on QEMU's virt machine and in the AMBA bus's fixed-clock node, in Hz. */
const uartClock = 24_000_000;

const hex = (value: number): string => `0x${value.toString(16)}`;
const unit = (address: number): string => address.toString(16);

/** Two cells for an address or a size. */
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

function timerInterrupts({ board, vcpus }: DeviceTreeRequest): string {
  const { secure, physical, virtual, hypervisor } = board.timers;
  // A PPI's flags name in bits 15:8 the CPUs that have it.
  const flags = levelHigh | (((1 << vcpus) - 1) << 8);
  return [secure, physical, virtual, hypervisor]
    .map((intid) => `<${gicPpi} ${intid - firstPpi} ${hex(flags)}>`)
    .join(', ');
}

/** DTS text of the guest: RAM, vCPUs, PSCI by SMC, the GICv2, the generic timer, the passed-through UART. */
export function deviceTreeSource(request: DeviceTreeRequest): string {
  const { board, ram, initrd, bootargs } = request;
  const { gic, uart } = board;
  const uartFlags = uart.trigger === 'edge' ? edgeRising : levelHigh;
  return `/dts-v1/;

/ {
    model = ${quoted(`Guest on ${board.description}`)};
    compatible = "linux,dummy-virt";
    #address-cells = <2>;
    #size-cells = <2>;
    interrupt-parent = <&gic>;

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

    gic: interrupt-controller@${unit(gic.distributor)} {
        compatible = "arm,cortex-a15-gic";
        reg = <${cells(gic.distributor, gic.frameSize)}>, <${cells(gic.cpuInterface, gic.frameSize)}>;
        interrupt-controller;
        #interrupt-cells = <3>;
        #address-cells = <0>;
    };

    uart_clock: clock-uart {
        compatible = "fixed-clock";
        #clock-cells = <0>;
        clock-frequency = <${uartClock}>;
    };

    uart: serial@${unit(uart.base)} {
        compatible = "arm,pl011", "arm,primecell";
        reg = <${cells(uart.base, uart.size)}>;
        interrupts = <${gicSpi} ${uart.intid - firstSpi} ${hex(uartFlags)}>;
        clocks = <&uart_clock>, <&uart_clock>;
        clock-names = "uartclk", "apb_pclk";
    };
};
`;
}
