/* SPDX-License-Identifier: GPL-2.0 */
#ifndef OPALVM_BUFFER_H
#define OPALVM_BUFFER_H

#include "opalvm.h"

int opalvm_buffer_grow(struct opalvm_buffer *buffer, size_t len);
void opalvm_buffer_free(struct opalvm_buffer *buffer);
u64 opalvm_buffer_fill(struct opalvm_buffer *buffer, const struct opalvm_arg *arg);
bool opalvm_buffer_intact(const struct opalvm_buffer *buffer, const struct opalvm_arg *arg);
bool opalvm_buffer_ends_at(const struct opalvm_buffer *buffer, u64 address);
u64 opalvm_buffer_u64(const struct opalvm_buffer *buffer, const struct opalvm_arg *arg);
void opalvm_buffer_take(const struct opalvm_buffer *buffer, const struct opalvm_arg *arg,
			size_t len);

#endif /* OPALVM_BUFFER_H */
