# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Packages of any suite, without installing them: private lists, the host's
# own mirrors, no maintainer scripts. Sourced; needs lib.sh.
#
# SUITE is a suite, or one of another architecture: sid-ppc64el.

APT_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# apt_in SUITE apt-command...: runs it with the suite's private configuration.
apt_in()
{
	local d=$OPALVM_CACHE/apt/$1
	shift
	APT_CONFIG=$d/apt.conf "$@"
}

# The host's entries for its own release, with the suite's name put in.
apt_sources()
{
	local suite=${1%%-*} arch=${1#"${1%%-*}"} uri release
	apt-get update --print-uris 2>/dev/null |
	sed -n "s#^'\\(.*\\)/dists/\\(${HOST_SUITE}[^/']*\\)/InRelease'.*#\\1 \\2#p" | sort -u |
	while read -r uri release; do
		# sid has neither updates nor a security archive
		[ "$suite" = sid ] && [ "$release" != "$HOST_SUITE" ] && continue
		echo "deb [${arch:+arch=${arch#-} }signed-by=$APT_KEYRING] $uri ${release/$HOST_SUITE/$suite} main"
	done
}

apt_configure()
{
	local suite=$1 arch=${1#"${1%%-*}"} d=$OPALVM_CACHE/apt/$1
	mkdir -p "$d/lists/partial" "$d/archives/partial"
	: > "$d/status"
	apt_sources "$suite" > "$d/sources.list"
	[ -s "$d/sources.list" ] ||
		die "apt has no entry for $HOST_SUITE: add one to /etc/apt/sources.list"
	cat > "$d/apt.conf" <<-END
		Dir::Etc::SourceList "$d/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::Etc::Preferences "/dev/null";
		Dir::Etc::PreferencesParts "/dev/null";
		Dir::State::Lists "$d/lists";
		Dir::State::status "$d/status";
		Dir::Cache "$d";
		APT::Sandbox::User "";
		APT::Install-Recommends "false";
		Acquire::Languages "none";
		Acquire::Retries "3";
		Acquire::http::Timeout "30";
		Debug::NoLocking "true";
		quiet "1";
	END
	# one architecture alone, so that a package's name says enough
	[ -z "$arch" ] || cat >> "$d/apt.conf" <<-END
		APT::Architecture "${arch#-}";
		APT::Architectures { "${arch#-}"; };
	END
}

try_update()
{
	apt_in "$1" apt-get update -o APT::Update::Error-Mode=any > "$OPALVM_CACHE/apt/$1/update.log" 2>&1
}

# Mirrors are slow with the updates of what few people use: go on without, as
# a guest that lives for seconds needs none.
apt_update()
{
	try_update "$1" && return
	[[ $1 == *-* ]] || return 1
	say "$1: the mirror's lists are in pieces: trying without updates"
	sed -i "/ ${1%%-*} main\$/!d" "$OPALVM_CACHE/apt/$1/sources.list"
	try_update "$1"
}

# apt_refresh SUITE: newest lists, or the cached ones with a remark; fails
# when there is neither.
apt_refresh()
{
	local suite=$1 d=$OPALVM_CACHE/apt/$1
	[ -e "$d/updated" ] && fresh "$d/tried" && return
	lock "apt-$suite"
	if [ ! -e "$d/updated" ] || ! fresh "$d/tried"; then
		apt_configure "$suite"
		touch "$d/tried"
		if step "asking $suite what it offers" apt_update "$suite"; then
			touch "$d/updated"
		elif [ -e "$d/updated" ]; then
			say "$suite cannot be reached: going on with the lists of $(date -r "$d/updated" +%F)"
		else
			unlock "apt-$suite"
			return 1
		fi
	fi
	unlock "apt-$suite"
}

# The names of what PACKAGE... pull in, themselves included.
apt_closure()
{
	local suite=$1
	shift
	apt_in "$suite" apt-cache depends --recurse --important "$@" | grep '^[a-z0-9]'
}

apt_version()
{
	apt_in "$1" apt-cache show --no-all-versions "$2" | sed -n 's/^Version: //p'
}

# unpack_deb DEB DIR: the files alone; a link that stands for a directory stays.
unpack_deb()
{
	dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink --no-same-owner -C "$2"
}

# apt_unpack SUITE DIR PACKAGE...: exactly these.
apt_unpack()
{
	local suite=$1 dir=$2 debs deb
	shift 2
	debs=$dir/.debs
	mkdir -p "$debs"
	(cd "$debs" && apt_in "$suite" apt-get download "$@" > log 2>&1) ||
		{ tail -3 "$debs/log" >&2; return 1; }
	for deb in "$debs"/*.deb; do
		unpack_deb "$deb" "$dir" || return 1
	done
	rm -r "$debs"
}

# apt_root SUITE DIR PACKAGE...: these and all they depend on, as a root with
# merged /usr that can be entered with chroot.
apt_root()
{
	local suite=$1 dir=$2 debs deb d awk
	shift 2
	debs=$dir/.debs
	mkdir -p "$debs/partial" "$dir"/usr/{bin,sbin,lib,lib64} "$dir"/{proc,sys,dev,tmp,run,root,mnt,etc}
	for d in bin sbin lib lib64; do
		ln -sfn "usr/$d" "$dir/$d"
	done
	apt_in "$suite" apt-get -y --download-only -o Dir::Cache::archives="$debs" \
		install "$@" > "$debs/log" 2>&1 || { tail -5 "$debs/log" >&2; return 1; }
	for deb in "$debs"/*.deb; do
		unpack_deb "$deb" "$dir" || return 1
	done
	rm -r "$debs"
	# What maintainer scripts would have linked.
	[ -e "$dir/usr/bin/sh" ] || ln -s bash "$dir/usr/bin/sh"
	for awk in gawk mawk; do
		[ ! -e "$dir/usr/bin/$awk" ] || ln -sfn "$awk" "$dir/usr/bin/awk"
	done
}
