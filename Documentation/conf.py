# SPDX-License-Identifier: GPL-2.0
# For sphinx-build, as tools/testing/vm/htmldocs.sh calls it. The extensions and
# scripts are those of the kernel's own documentation, from its source package.
import os
import re
import sys

kernel = os.environ["OPALVM_KERNEL_PARTS"]
top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(kernel, "Documentation", "sphinx"))

project = "opalvm"
copyright = "The opalvm maintainers, GPL-2.0"
with open(os.path.join(top, "drivers/firmware/opalvm/opalvm.h")) as header:
    release = re.search(r'OPALVM_VERSION\s+"(.*)"', header.read()).group(1)
version = release

extensions = ["kerneldoc", "kernel_abi", "automarkup"]
kerneldoc_bin = os.path.join(kernel, "scripts", "kernel-doc")
kerneldoc_srctree = top
primary_domain = "c"
highlight_language = "none"
# what kernel-doc leaves in prototypes
c_id_attributes = ["__init", "__exit", "__user", "__iomem", "__le16", "__le32", "__le64"]

root_doc = "index"
exclude_patterns = ["output"]
html_theme = "alabaster"
html_copy_source = False
