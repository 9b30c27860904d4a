// SPDX-License-Identifier: GPL-2.0
/*
 * EFI's clock and its alarm as Linux knows clocks.
 */
#include <linux/efi.h>
#include <linux/errno.h>
#include <linux/rtc.h>

#include "../opalvm.h"
#include "efi.h"

/* What the rtc class makes of the end of a call. */
static int to_errno(struct opalvm_firmware *fw, enum opalvm_efi_service service,
		    efi_status_t status)
{
	switch (status) {
	case EFI_SUCCESS:
		return 0;
	case EFI_UNSUPPORTED:
		return -EOPNOTSUPP;
	case EFI_INVALID_PARAMETER:
		return -EINVAL;
	case EFI_NOT_READY:
		return -EBUSY;
	default:
		return opalvm_quarantined(fw->gate) & BIT_ULL(service) ? -ESHUTDOWN : -EIO;
	}
}

static struct rtc_time to_linux(const efi_time_t *time)
{
	return (struct rtc_time) {
		.tm_year = time->year - 1900,
		.tm_mon = time->month - 1,
		.tm_mday = time->day,
		.tm_hour = time->hour,
		.tm_min = time->minute,
		.tm_sec = time->second,
	};
}

/*
 * Linux knows neither time zone nor daylight saving: the firmware keeps what it has
 * of them.
 */
static efi_time_t to_efi(struct opalvm_firmware *fw, const struct rtc_time *time)
{
	efi_time_t now;

	if (opalvm_efi_get_time(fw, &now, NULL) != EFI_SUCCESS) {
		now.timezone = EFI_UNSPECIFIED_TIMEZONE;
		now.daylight = 0;
	}
	return (efi_time_t) {
		.year = time->tm_year + 1900,
		.month = time->tm_mon + 1,
		.day = time->tm_mday,
		.hour = time->tm_hour,
		.minute = time->tm_min,
		.second = time->tm_sec,
		.timezone = now.timezone,
		.daylight = now.daylight,
	};
}

/**
 * opalvm_efi_read_time() - read the clock
 * @fw: the firmware, hosted
 * @time: receives it, as the machine keeps it; nothing of it is checked
 *
 * Context: may sleep.
 * Return: 0; -ESHUTDOWN if GetTime is in quarantine; -EOPNOTSUPP, -EBUSY or -EIO.
 */
int opalvm_efi_read_time(struct opalvm_firmware *fw, struct rtc_time *time)
{
	efi_time_t now = {};
	int err;

	err = to_errno(fw, OPALVM_EFI_GET_TIME, opalvm_efi_get_time(fw, &now, NULL));
	if (!err)
		*time = to_linux(&now);
	return err;
}

/**
 * opalvm_efi_write_time() - set the clock
 * @fw: the firmware, hosted
 * @time: what to
 *
 * Context: may sleep.
 * Return: as opalvm_efi_read_time(); -EINVAL if the firmware takes no such time.
 */
int opalvm_efi_write_time(struct opalvm_firmware *fw, const struct rtc_time *time)
{
	efi_time_t to = to_efi(fw, time);

	return to_errno(fw, OPALVM_EFI_SET_TIME, opalvm_efi_set_time(fw, &to));
}

/**
 * opalvm_efi_read_alarm() - read the wake alarm
 * @fw: the firmware, hosted
 * @alarm: receives it; nothing of its time is checked
 *
 * Context: may sleep.
 * Return: as opalvm_efi_read_time().
 */
int opalvm_efi_read_alarm(struct opalvm_firmware *fw, struct rtc_wkalrm *alarm)
{
	efi_bool_t enabled = 0, pending = 0;
	efi_time_t time = {};
	int err;

	err = to_errno(fw, OPALVM_EFI_GET_WAKEUP_TIME,
		       opalvm_efi_get_wakeup_time(fw, &enabled, &pending, &time));
	if (!err)
		*alarm = (struct rtc_wkalrm) {
			.enabled = !!enabled,
			.pending = !!pending,
			.time = to_linux(&time),
		};
	return err;
}

/**
 * opalvm_efi_write_alarm() - set the wake alarm, or take it back
 * @fw: the firmware, hosted
 * @time: when the machine is to wake; NULL: never
 *
 * Context: may sleep.
 * Return: as opalvm_efi_write_time(); -EOPNOTSUPP also if that is too far ahead.
 */
int opalvm_efi_write_alarm(struct opalvm_firmware *fw, const struct rtc_time *time)
{
	efi_time_t to = {};
	efi_status_t status;

	if (time)
		to = to_efi(fw, time);
	status = opalvm_efi_set_wakeup_time(fw, !!time, time ? &to : NULL);
	return to_errno(fw, OPALVM_EFI_SET_WAKEUP_TIME, status);
}
