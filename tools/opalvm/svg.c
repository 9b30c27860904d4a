// SPDX-License-Identifier: GPL-2.0
/*
 * The address space from top to bottom, low addresses first, in one scale: the
 * power of two with which the most extents are neither too small to be seen nor
 * too large. What is longer than that, or a gap, is broken, and drawn shorter
 * than it is. Labels stand beside, as near to their extents as their height
 * allows.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "svg.h"
#include "sysfs.h"
#include "tool.h"
#include "units.h"

/* pixels */
#define TOP		130	/* of the drawing, below title and legend */
#define AXIS		170
#define BAR		180	/* left edge of the extents */
#define BAR_WIDTH	150
#define LABEL		400
#define LABEL_HEIGHT	17
#define GAP_MAX		44	/* a longer gap is broken */
#define HEIGHT_MIN	1.0
#define ADDRESS_HEIGHT	30	/* a run that has room for two addresses beside it */
#define SCALE_BAR	40
#define COLUMNS		420	/* from one label to what only some have */
#define BASELINE	4	/* below the middle of a line of text */

/* pages of an extent that is drawn whole, by how many extents there are */
#define HEIGHT_ALL	3000
#define HEIGHT_LEAST	48
#define HEIGHT_MOST	256

#define MAX_SHIFT	56
#define TYPE_MMIO	11
#define TYPE_MMIO_PORT	12

struct place {
	double y;
	double height;
	bool broken;
	double label;		/* the middle of its label */
};

struct drawing {
	FILE *out;
	const struct svg_extent *list;
	struct place *places;
	int nr;
	bool audit;
	bool moved;		/* some virtual address is not the physical one */
	double height_max;
	int shift;		/* one pixel is 1 << shift bytes */
	double bottom;
};

static const struct {
	const char *class;
	const char *colour;
	const char *text;
} kinds[] = {
	{ "code",	"#4e79a7", "code: read, execute" },
	{ "data",	"#59a14f", "data: read, write" },
	{ "constant",	"#8a8a8a", "read only" },
	{ "device",	"#e49444", "device" },
	{ "wx",		"#d1333c", "writable and executable" },
};

static const char *kind_of(const struct extent *extent)
{
	char allowed[4];

	extent_access(extent, allowed);
	if (extent_is_wx(extent))
		return "wx";
	if (extent->type == TYPE_MMIO || extent->type == TYPE_MMIO_PORT)
		return "device";
	if (allowed[2] == 'X')
		return "code";
	return allowed[1] == 'W' ? "data" : "constant";
}

static uint64_t bytes_of(const struct extent *extent)
{
	return extent->pages * EXTENT_PAGE_SIZE;
}

static double to_pixels(const struct drawing *drawing, uint64_t bytes)
{
	return (double)bytes / (1ULL << drawing->shift);
}

static int by_address(const void *a, const void *b)
{
	uint64_t va = ((const struct svg_extent *)a)->extent->va;
	uint64_t other = ((const struct svg_extent *)b)->extent->va;

	return (va > other) - (va < other);
}

static void choose_scale(struct drawing *drawing)
{
	int best = -1;

	drawing->height_max = drawing->nr ? HEIGHT_ALL / drawing->nr : 0;
	if (drawing->height_max < HEIGHT_LEAST)
		drawing->height_max = HEIGHT_LEAST;
	if (drawing->height_max > HEIGHT_MOST)
		drawing->height_max = HEIGHT_MOST;
	for (int shift = 0; shift <= MAX_SHIFT; shift++) {
		struct drawing other = *drawing;
		int good = 0;

		other.shift = shift;
		for (int i = 0; i < drawing->nr; i++) {
			double height = to_pixels(&other, bytes_of(drawing->list[i].extent));

			good += height >= HEIGHT_MIN && height <= drawing->height_max;
		}
		if (good > best) {
			best = good;
			drawing->shift = shift;
		}
	}
}

/* the gap in front of extent @i, 0 if there is none */
static uint64_t gap_before(const struct drawing *drawing, int i)
{
	const struct extent *before = drawing->list[i ? i - 1 : 0].extent;
	uint64_t end = before->va + bytes_of(before);

	return i && drawing->list[i].extent->va > end ? drawing->list[i].extent->va - end : 0;
}

static bool is_gap_broken(const struct drawing *drawing, int i)
{
	return to_pixels(drawing, gap_before(drawing, i)) > GAP_MAX;
}

static void place_extents(struct drawing *drawing)
{
	double y = TOP;

	for (int i = 0; i < drawing->nr; i++) {
		struct place *place = &drawing->places[i];

		y += is_gap_broken(drawing, i) ? GAP_MAX :
		     to_pixels(drawing, gap_before(drawing, i));
		place->y = y;
		place->height = to_pixels(drawing, bytes_of(drawing->list[i].extent));
		place->broken = place->height > drawing->height_max;
		if (place->broken)
			place->height = drawing->height_max;
		y += place->height;
	}
	drawing->bottom = y;
}

/*
 * Labels that would overlap are put into a group, one below the other, in whose
 * middle is that of their extents; groups that would overlap become one.
 */
static int place_labels(struct drawing *drawing)
{
	struct group {
		double first;		/* where its first label wants to be */
		int nr;
	} *groups = calloc(drawing->nr + 1, sizeof(*groups));
	int n = 0;

	if (!groups)
		return fail(EXIT_FAILED, "no memory; try again when there is some");
	for (int i = 0; i < drawing->nr; i++) {
		const struct place *place = &drawing->places[i];

		groups[n].first = place->y + place->height / 2;
		groups[n++].nr = 1;
		while (n > 1) {
			struct group *a = &groups[n - 2], *b = &groups[n - 1];
			double height = a->nr * LABEL_HEIGHT;

			if (a->first + height <= b->first)
				break;
			a->first = (a->first * a->nr + (b->first - height) * b->nr) /
				   (a->nr + b->nr);
			if (a->first < TOP + LABEL_HEIGHT / 2 && n == 2)
				a->first = TOP + LABEL_HEIGHT / 2;
			a->nr += b->nr;
			n--;
		}
	}
	for (int g = 0, i = 0; g < n; g++) {
		for (int k = 0; k < groups[g].nr; k++, i++)
			drawing->places[i].label = groups[g].first + k * LABEL_HEIGHT;
	}
	if (drawing->nr && drawing->bottom < drawing->places[drawing->nr - 1].label)
		drawing->bottom = drawing->places[drawing->nr - 1].label;
	free(groups);
	return EXIT_OK;
}

static void draw_head(const struct drawing *drawing)
{
	double width = LABEL + COLUMNS + 80 + (drawing->moved ? 190 : 0) +
		       (drawing->audit ? 270 : 0);
	char pixel[UNITS_TEXT], bar[UNITS_TEXT], whole[UNITS_TEXT];
	FILE *out = drawing->out;
	int x = 20;

	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
		"viewBox=\"0 0 %.0f %.0f\" data-bytes-per-pixel=\"%llu\">\n"
		"<style>text { font: 12px monospace } .extent rect { stroke: #fff; stroke-width: 0.4 }"
		" .title { font: bold 18px sans-serif } .legend { font: 13px sans-serif }"
		" .number { text-anchor: end } .note { fill: #b00020; font-weight: bold }"
		" .gap { fill: #666; text-anchor: end }"
		" .line { stroke: #999; fill: none } .axis { stroke: #333; fill: none }"
		" .break { stroke: #fff; stroke-width: 7; fill: none }",
		width, drawing->bottom + 30, width, drawing->bottom + 30,
		1ULL << drawing->shift);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		fprintf(out, " .%s { fill: %s }", kinds[i].class, kinds[i].colour);
	fprintf(out, " .faint { fill-opacity: 0.3 }</style>\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
		"<text class=\"title\" x=\"20\" y=\"28\">%s: %s</text>\n", firmware(),
		drawing->audit ? "what its map allows, and what was touched" :
		"its map, by virtual address");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		fprintf(out, "<rect class=\"%s\" x=\"%d\" y=\"46\" width=\"14\" height=\"14\"/>\n"
			"<text class=\"legend\" x=\"%d\" y=\"57\">%s</text>\n",
			kinds[i].class, x, x + 20, kinds[i].text);
		x += 44 + 7 * strlen(kinds[i].text);
	}
	fprintf(out, "<path class=\"axis\" d=\"M20,74 h8 m-4,0 v%d m-4,0 h8\"/>\n"
		"<text class=\"legend\" x=\"36\" y=\"%d\">%s</text>\n"
		"<text class=\"legend\" x=\"%d\" y=\"%d\">one pixel is %s; "
		"extents of more than %s, and long gaps, are broken and drawn shorter</text>\n",
		SCALE_BAR, 74 + SCALE_BAR / 2 + BASELINE,
		units_bytes(bar, (uint64_t)SCALE_BAR << drawing->shift), AXIS,
		74 + SCALE_BAR / 4 + BASELINE, units_bytes(pixel, 1ULL << drawing->shift),
		units_bytes(whole, (uint64_t)drawing->height_max << drawing->shift));
	if (drawing->audit)
		fprintf(out, "<text class=\"legend\" x=\"%d\" y=\"%d\">filled from the left, as "
			"far as it was touched; faint: not touched, or not known</text>\n",
			AXIS, 74 + SCALE_BAR * 3 / 4 + BASELINE);
}

/* a line of teeth that is @width long */
static void draw_break(FILE *out, const char *class, double x, double y, int width)
{
	fprintf(out, "<path class=\"%s\" d=\"M%.1f,%.2f", class, x, y);
	for (int at = 0; at < width; at += 10)
		fprintf(out, " l5,-4 l5,4");
	fprintf(out, "\"/>\n");
}

/* addresses beside the axis, where it begins and ends, and the size of gaps */
static void draw_axis(const struct drawing *drawing)
{
	FILE *out = drawing->out;
	char size[UNITS_TEXT];
	int first = 0;

	for (int i = 0; i < drawing->nr; i++) {
		const struct place *place = &drawing->places[i], *start = &drawing->places[first];
		const struct extent *extent = drawing->list[i].extent;
		double end = place->y + place->height;

		if (i + 1 < drawing->nr && !is_gap_broken(drawing, i + 1))
			continue;
		fprintf(out, "<path class=\"axis\" d=\"M%d,%.2f V%.2f\"/>\n", AXIS, start->y, end);
		fprintf(out, "<text class=\"number\" x=\"%d\" y=\"%.2f\">0x%016" PRIx64 "</text>\n",
			AXIS - 8, start->y + 9, drawing->list[first].extent->va);
		if (end - start->y >= ADDRESS_HEIGHT)
			fprintf(out, "<text class=\"number\" x=\"%d\" y=\"%.2f\">0x%016" PRIx64
				"</text>\n", AXIS - 8, end - 1,
				extent->va + bytes_of(extent) - 1);
		first = i + 1;
		if (first == drawing->nr)
			continue;
		fprintf(out, "<text class=\"gap\" x=\"%d\" y=\"%.2f\">gap of %s</text>\n",
			AXIS - 14,
			drawing->places[first].y - GAP_MAX / 2 + BASELINE,
			units_bytes(size, gap_before(drawing, first)));
		draw_break(out, "axis", AXIS - 10, drawing->places[first].y - GAP_MAX / 2, 20);
		draw_break(out, "axis", AXIS - 10, drawing->places[first].y - GAP_MAX / 2 + 6, 20);
	}
}

static void draw_label(const struct drawing *drawing, int i)
{
	const struct svg_extent *one = &drawing->list[i];
	const struct place *place = &drawing->places[i];
	const struct extent *extent = one->extent;
	char size[UNITS_TEXT], type[UNITS_TEXT], allowed[4];
	double y = place->label + BASELINE;
	FILE *out = drawing->out;
	int x = LABEL + COLUMNS;

	extent_access(extent, allowed);
	fprintf(out, "<path class=\"line\" d=\"M%d,%.2f L%d,%.2f\"/>\n", BAR + BAR_WIDTH,
		place->y + place->height / 2, LABEL - 6, place->label);
	fprintf(out, "<g class=\"label\"><text x=\"%d\" y=\"%.2f\">0x%016" PRIx64 "</text>"
		"<text class=\"number\" x=\"%d\" y=\"%.2f\">%s</text>"
		"<text x=\"%d\" y=\"%.2f\">%s</text><text x=\"%d\" y=\"%.2f\">%s</text>"
		"<text x=\"%d\" y=\"%.2f\">%s</text>", LABEL, y, extent->va,
		LABEL + 220, y, units_bytes(size, bytes_of(extent)), LABEL + 235, y, allowed,
		LABEL + 270, y, extent_cache(extent), LABEL + 300, y, extent_type(extent, type));
	if (drawing->moved) {
		fprintf(out, "<text x=\"%d\" y=\"%.2f\">at 0x%016" PRIx64 "</text>", x,
			y, extent->pa);
		x += 190;
	}
	if (drawing->audit) {
		if (one->touched >= 0)
			fprintf(out, "<text class=\"number\" x=\"%d\" y=\"%.2f\">%.1f%%</text>",
				x + 40, y, one->touched * 100);
		fprintf(out, "<text class=\"note\" x=\"%d\" y=\"%.2f\">%s</text>", x + 55,
			y, one->note);
	}
	fprintf(out, "</g>\n");
}

static void draw_extent(const struct drawing *drawing, int i)
{
	const struct svg_extent *one = &drawing->list[i];
	const struct place *place = &drawing->places[i];
	const char *kind = kind_of(one->extent);
	FILE *out = drawing->out;

	fprintf(out, "<g class=\"extent\" data-virt-addr=\"0x%" PRIx64 "\" data-bytes=\"%" PRIu64
		"\"%s>\n<rect class=\"%s%s\" x=\"%d\" y=\"%.4f\" width=\"%d\" "
		"height=\"%.4f\"/>\n",
		one->extent->va, bytes_of(one->extent),
		place->broken ? " data-broken=\"true\"" : "", kind, drawing->audit ? " faint" : "",
		BAR, place->y, BAR_WIDTH, place->height);
	if (drawing->audit && one->touched > 0)
		fprintf(out, "<path class=\"%s\" d=\"M%d,%.4f h%.2f v%.4f h-%.2f z\"/>\n", kind,
			BAR, place->y, one->touched * BAR_WIDTH, place->height,
			one->touched * BAR_WIDTH);
	if (place->broken)
		draw_break(out, "break", BAR - 5, place->y + place->height / 2, BAR_WIDTH + 10);
	fprintf(out, "</g>\n");
	draw_label(drawing, i);
}

static int draw(struct drawing *drawing)
{
	int code;

	drawing->places = calloc(drawing->nr + 1, sizeof(*drawing->places));
	if (!drawing->places)
		return fail(EXIT_FAILED, "no memory; try again when there is some");
	choose_scale(drawing);
	place_extents(drawing);
	code = place_labels(drawing);
	if (code == EXIT_OK) {
		draw_head(drawing);
		draw_axis(drawing);
		for (int i = 0; i < drawing->nr; i++)
			draw_extent(drawing, i);
		fprintf(drawing->out, "</svg>\n");
	}
	free(drawing->places);
	return code;
}

int svg_write(const char *path, struct svg_extent *list, int nr, bool audit)
{
	struct drawing drawing = { .list = list, .nr = nr, .audit = audit };
	bool bad;
	int code;

	qsort(list, nr, sizeof(*list), by_address);
	for (int i = 0; i < nr; i++)
		drawing.moved |= list[i].extent->va != list[i].extent->pa;
	drawing.out = fopen(path, "we");
	if (!drawing.out)
		return fail(EXIT_FAILED, "cannot write %s: %m; name another file", path);
	code = draw(&drawing);
	bad = ferror(drawing.out);
	bad |= fclose(drawing.out);
	if (bad && code == EXIT_OK)
		code = fail(EXIT_FAILED, "cannot write %s: %m; is its disk full?", path);
	return code;
}
