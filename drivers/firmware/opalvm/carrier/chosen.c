// SPDX-License-Identifier: GPL-2.0
/*
 * The chosen carrier: the table is a property of /chosen. Whoever loads the next
 * kernel copies the device tree of this one, and the table with it.
 *
 * The kernel never frees a property, not even one that was removed: so each
 * table that is published stays in memory until the kernel ends. Tables change
 * when a service faults, or root lifts a quarantine.
 */
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "carrier/carrier.h"

#define PROPERTY	"opalvm,handover"

static DEFINE_MUTEX(lock);		/* protects what follows, and the property */
static struct property *found;		/* what the kernel before left; NULL: nothing */
static struct property *published;	/* what stands there in its place */

/**
 * opalvm_chosen_fetch() - read the handover table in the device tree
 * @search: what is looked for
 * @offer: receives the map, not sealed, and the head of the table
 * @why: the reason if it fails
 *
 * Nobody signed it, and a kernel that is locked down takes it all the same: those
 * who look here have a map of their own, from the same device tree, and only go
 * on with the history and the quarantine (opalvm_chain_adopt()).
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOENT if there is no table of this firmware, or another negative
 *	   error.
 */
int opalvm_chosen_fetch(const struct opalvm_search *search, struct opalvm_offer *offer,
			struct opalvm_why *why)
{
	const void *table;
	int len;

	/* a file that somebody names is an order */
	if (search->path || !of_chosen)
		return -ENOENT;
	table = of_get_property(of_chosen, PROPERTY, &len);
	if (!table)
		return -ENOENT;
	return opalvm_offer_decode(table, len, search->firmware, offer, why);
}

static struct property *property_make(const void *value, size_t len)
{
	struct property *property = kzalloc(sizeof(*property), GFP_KERNEL);

	if (!property)
		return NULL;
	property->name = kstrdup(PROPERTY, GFP_KERNEL);
	property->value = kmemdup(value, len, GFP_KERNEL);
	property->length = len;
	if (property->name && property->value)
		return property;
	kfree(property->name);
	kfree(property->value);
	kfree(property);
	return NULL;
}

/* Put @value in place of what stands there. */
static int replace(const void *value, size_t len)
{
	struct property *old = of_find_property(of_chosen, PROPERTY, NULL);
	struct property *new = property_make(value, len);
	int err;

	lockdep_assert_held(&lock);
	if (!new)
		return -ENOMEM;
	err = old ? of_remove_property(of_chosen, old) : 0;
	if (!err)
		err = of_add_property(of_chosen, new);
	if (err)
		return err;
	if (!published)
		found = old;
	published = new;
	return 0;
}

/**
 * opalvm_chosen_publish() - leave the table for the next kernel
 * @table: the table
 * @len: bytes at @table
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENODEV if there is no device tree, or another negative error.
 */
int opalvm_chosen_publish(const void *table, size_t len)
{
	int err;

	if (!of_chosen)
		return -ENODEV;
	mutex_lock(&lock);
	err = replace(table, len);
	mutex_unlock(&lock);
	return err;
}

/**
 * opalvm_chosen_withdraw() - leave what was found there
 *
 * Context: Process context, may sleep.
 */
void opalvm_chosen_withdraw(void)
{
	mutex_lock(&lock);
	if (published) {
		if (found)
			replace(found->value, found->length);
		else
			of_remove_property(of_chosen, published);
	}
	published = NULL;
	found = NULL;
	mutex_unlock(&lock);
}
