#!/bin/sh
# Makes the environment $2 from $1: the same packages, but no Qt and nothing that needs it. lab must do without.
set -eu
from=$(cd "$1" && pwd)
to=$2
rm -rf "$to"
python3 -m venv --without-pip "$to"
for entry in "$from"/lib/python3*/site-packages/*; do
    case $(basename "$entry" | tr '[:upper:]' '[:lower:]') in
        pyside6* | shiboken6* | pyqtgraph* | pytest_qt* | pytestqt* | ziamath* | ziafont* | latex2mathml*) ;;
        *) ln -s "$entry" "$to"/lib/python3*/site-packages/ ;;
    esac
done
touch "$to/ready"
