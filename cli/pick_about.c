// SPDX-License-Identifier: MIT
/* Subsystems of the kernel that are made for a thing: what fits one needs no interface of its own. */
#include <string.h>
#include <strings.h>
#include "pick.h"

const struct pick_subsystem pick_subsystems[] = {
	{ "hwmon", "temperature temperatures temp fan fans voltage current power humidity energy monitor",
	  "hwmon_device_register_with_info()", "sensors, /sys/class/hwmon" },
	{ "thermal", "thermal cooling trip throttling temperature",
	  "thermal_zone_device_register_with_trips()", "/sys/class/thermal, its netlink family" },
	{ "iio", "iio adc dac sample samples sensor sensors accelerometer gyroscope magnetometer light pressure "
	  "proximity converter",
	  "devm_iio_device_register()", "libiio, /dev/iio:device0" },
	{ "counter", "counter encoder quadrature", "devm_counter_add()", "/dev/counter0" },
	{ "power_supply", "battery charger charge adapter ups power", "devm_power_supply_register()",
	  "upower, /sys/class/power_supply" },
	{ "regulator", "regulator supply", "devm_regulator_register()", "drivers, /sys/class/regulator" },
	{ "input", "input key keys keyboard button buttons touch touchscreen mouse joystick pen",
	  "input_register_device()", "libinput, evtest, /dev/input/event0" },
	{ "leds", "led leds lamp blink", "devm_led_classdev_register()", "/sys/class/leds" },
	{ "backlight", "backlight brightness", "devm_backlight_device_register()", "/sys/class/backlight" },
	{ "rtc", "rtc clock alarm calendar date", "devm_rtc_register_device()", "hwclock, /dev/rtc0" },
	{ "ptp", "ptp clock timestamp timestamps", "ptp_clock_register()", "phc2sys, /dev/ptp0" },
	{ "gpio", "gpio pin pins line relay", "devm_gpiochip_add_data()", "gpioset, libgpiod, /dev/gpiochip0" },
	{ "pwm", "pwm servo motor dimmer", "devm_pwmchip_add()", "/sys/class/pwm" },
	{ "watchdog", "watchdog heartbeat", "devm_watchdog_register_device()", "/dev/watchdog0" },
	{ "mtd", "mtd flash nand nor", "mtd_device_register()", "mtd-utils, /dev/mtd0" },
	{ "nvmem", "nvmem eeprom fuse fuses otp", "devm_nvmem_register()", "/sys/bus/nvmem" },
	{ "block", "block disk disks storage partition", "device_add_disk()", "lsblk, any file system" },
	{ "firmware", "firmware update upload", "request_firmware(), firmware_upload_register()",
	  "/lib/firmware, /sys/class/firmware" },
	{ "alsa", "alsa audio sound speaker microphone mixer volume", "snd_card_register()", "aplay, amixer, /dev/snd" },
	{ "v4l2", "v4l2 video camera frame frames tuner radio codec", "video_register_device()",
	  "v4l2-ctl, /dev/video0" },
	{ "drm", "drm display screen gpu monitor", "drm_dev_register()", "libdrm, /dev/dri" },
	{ "tty", "tty serial uart modem console", "uart_add_one_port()", "stty, /dev/ttyS0" },
	{ "hw_random", "random rng entropy", "devm_hwrng_register()", "/dev/hwrng" },
	{ "edac", "edac ecc memory-error ras", "edac_mc_add_mc()", "rasdaemon, /sys/devices/system/edac" },
	{ "remoteproc", "remoteproc rpmsg coprocessor dsp mailbox", "rproc_add(), rpmsg", "/dev/rpmsg0" },
	{ "tee", "tee enclave trusted secure", "tee_device_register()", "libteec, /dev/tee0" },
	{ "uio", "uio registers register fpga", "uio_register_device(); VFIO where it has DMA", "/dev/uio0, /dev/vfio" },
	{ "ethtool", "ethtool nic network ethernet link phy", "struct ethtool_ops", "ethtool -S; its netlink family" },
	{ "rtnetlink", "rtnetlink netdev interface interfaces network address addresses route routes neighbour packets",
	  "ndo_get_stats64, rtnl_link_register()", "ip -s link, ip monitor" },
	{ "devlink", "devlink adapter asic health trap switch network", "devlink_register()",
	  "devlink health, devlink region" },
	{ "nl80211", "nl80211 wifi wireless wlan", "wiphy_register()", "iw, wpa_supplicant" },
	{ "socketcan", "can canbus socketcan vehicle", "register_candev()", "candump, any socket" },
	{ "sock_diag", "socket sockets connection connections tcp", "nothing: it is there", "ss -i" },
	{ "nfnetlink", "firewall netfilter nat conntrack filter packets", "nothing: it is there", "nft, conntrack -E" },
	{ "taskstats", "task tasks process processes accounting", "nothing: it is there", "taskstats, process connector" },
	{ "audit", "audit security login", "audit_log()", "auditd, ausearch" },
	{ "fanotify", "file files filesystem directory", "nothing: it is there", "fanotify(7), inotify(7)" },
	{ "perf", "perf pmu cycles hardware-counter performance", "perf_pmu_register()", "perf stat" },
	{ "trace", "trace tracing debug log profiling", "TRACE_EVENT()", "trace-cmd, perf, BPF" },
	{}
};

bool pick_subsystem_is_for(const struct pick_subsystem *s, const char *about)
{
	char word[64], *c;

	snprintf(word, sizeof(word), "%s", about);
	for (c = word; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c;
	return !strcmp(word, s->name) || list_holds(s->words, word);
}
