// SPDX-License-Identifier: GPL-2.0
/*
 * A module of its own that changes the running kernel's device tree, for tests of
 * who reads it. What is written to /sys/module/opalvm_tree/parameters/edit:
 *
 *	set NODE PROPERTY HEX	the property's value; it may be new. "-" is an empty one
 *	remove NODE PROPERTY
 *	detach NODE		the node, which has none below it, is gone
 *	undo			all that was written before
 *
 * Removing the module undoes it, too.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <linux/string.h>

/**
 * struct edit - one change
 * @list: the one before it
 * @changes: what undoes it
 */
struct edit {
	struct list_head list;
	struct of_changeset changes;
};

/* the parameter's lock protects it */
static LIST_HEAD(edits);

static int undo(void)
{
	struct edit *edit, *next;
	int err;

	list_for_each_entry_safe(edit, next, &edits, list) {
		err = of_changeset_revert(&edit->changes);
		if (err)
			return err;
		of_changeset_destroy(&edit->changes);
		list_del(&edit->list);
		kfree(edit);
	}
	return 0;
}

/* The kernel never frees a property: nor is this one ever freed. */
static struct property *property_make(const char *name, const char *hex)
{
	struct property *property = kzalloc(sizeof(*property), GFP_KERNEL);
	size_t len = strcmp(hex, "-") ? strlen(hex) / 2 : 0;
	u8 *value = kzalloc(len + 1, GFP_KERNEL);
	size_t i;

	if (!property || !value)
		goto err_free;
	for (i = 0; i < len; i++)
		if (sscanf(hex + 2 * i, "%2hhx", &value[i]) != 1)
			goto err_free;
	property->name = kstrdup(name, GFP_KERNEL);
	property->value = value;
	property->length = len;
	if (property->name)
		return property;

err_free:
	kfree(value);
	kfree(property);
	return NULL;
}

static int add_change(struct of_changeset *changes, const char *what, struct device_node *node,
		      const char *name, const char *hex)
{
	struct property *old = name ? of_find_property(node, name, NULL) : NULL;
	struct property *new;

	/* one that comes back would have lost what was below it */
	if (!strcmp(what, "detach") && !name && !node->child)
		return of_changeset_detach_node(changes, node);
	if (!strcmp(what, "remove") && old && !hex)
		return of_changeset_remove_property(changes, node, old);
	if (strcmp(what, "set") || !hex)
		return -EINVAL;
	new = property_make(name, hex);
	if (!new)
		return -EINVAL;
	return old ? of_changeset_update_property(changes, node, new) :
		     of_changeset_add_property(changes, node, new);
}

static int change(const char *what, const char *path, const char *name, const char *hex)
{
	struct device_node *node = of_find_node_by_path(path);
	struct edit *edit = kzalloc(sizeof(*edit), GFP_KERNEL);
	int err;

	if (!node || !edit) {
		kfree(edit);
		of_node_put(node);
		return -ENOENT;
	}
	of_changeset_init(&edit->changes);
	err = add_change(&edit->changes, what, node, name, hex) ?:
	      of_changeset_apply(&edit->changes);
	of_node_put(node);
	if (!err) {
		list_add(&edit->list, &edits);
		return 0;
	}
	of_changeset_destroy(&edit->changes);
	kfree(edit);
	return err;
}

static int edit_set(const char *line, const struct kernel_param *param)
{
	char *copy = kstrdup(line, GFP_KERNEL), *rest;
	const char *words[4] = {};
	unsigned int i;
	int err;

	if (!copy)
		return -ENOMEM;
	rest = strim(copy);
	for (i = 0; i < ARRAY_SIZE(words) && rest; i++)
		words[i] = strsep(&rest, " ");
	if (rest)
		err = -EINVAL;
	else if (!words[1])
		err = strcmp(words[0], "undo") ? -EINVAL : undo();
	else
		err = change(words[0], words[1], words[2], words[3]);
	kfree(copy);
	return err;
}

static const struct kernel_param_ops edit_ops = {
	.set = edit_set,
};

module_param_cb(edit, &edit_ops, NULL, 0200);
MODULE_PARM_DESC(edit, "change the device tree: set, remove, detach, undo");

static void __exit tree_exit(void)
{
	if (undo())
		pr_err("opalvm_tree: the device tree stays changed\n");
}

module_exit(tree_exit);

static int __init tree_init(void)
{
	return 0;
}

module_init(tree_init);

MODULE_DESCRIPTION("Changes the device tree, for tests");
MODULE_LICENSE("GPL");
