# Sourced by bin/services: Pango, with which WeasyPrint draws invoices as PDF.

service_pango() {
  has_pango || apt_install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core && has_pango || {
    echo "not installed, and apt can't (it needs root on Debian)"
    return 1
  }
  offer pango PANGO 1
}

has_pango() {
  local known
  known=$(ldconfig -p)
  case $known in *libpango-1.0.so*) ;; *) return 1 ;; esac
  case $known in *libpangoft2-1.0.so*) ;; *) return 1 ;; esac
  case $known in *libharfbuzz-subset.so*) ;; *) return 1 ;; esac
}
