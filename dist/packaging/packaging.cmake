# packaging: what is installed beside the program, and the Debian package that cpack makes of it.
#
# "cmake --install" takes the program, its man pages and its completion. What makes it a service of
# a machine (configuration, unit, user, folders, licence and pages under /usr/share/doc) has absolute
# places and belongs to the component "service", which only cpack installs.

set(MXTAP_MAINTAINER "mxtap maintainers <mxtap@localhost>" CACHE STRING
  "who answers for the package, as Debian's control files name people")

# The newest entry of Debian's changelog is of this version; what follows its hyphen is the package's.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/changelog changelog LIMIT_COUNT 1)
if(NOT changelog MATCHES "^mxtap \\(${PROJECT_VERSION}-([0-9]+)\\) ")
  message(FATAL_ERROR "dist/packaging/changelog does not begin with version ${PROJECT_VERSION}")
endif()
set(CPACK_DEBIAN_PACKAGE_RELEASE ${CMAKE_MATCH_1})
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/changelog)

set(package_files ${CMAKE_CURRENT_BINARY_DIR}/package)
file(MAKE_DIRECTORY ${package_files})

# Files that are installed compressed, without name and time inside, so that equal input is equal output.
find_program(GZIP_PROGRAM gzip REQUIRED)
function(package_gzip source name)
  add_custom_command(OUTPUT ${package_files}/${name}.gz DEPENDS ${source} VERBATIM
    COMMAND ${GZIP_PROGRAM} -9nc ${source} > ${package_files}/${name}.gz)
  set_property(GLOBAL APPEND PROPERTY MXTAP_PACKAGE_FILES ${package_files}/${name}.gz)
endfunction()

set(dist ${CMAKE_CURRENT_SOURCE_DIR}/dist)
# mxtap.yaml(5) says of each setting what the default configuration says of it, and of sinks what the program
# says.
set(yaml_page ${package_files}/mxtap.yaml.5)
add_custom_command(OUTPUT ${yaml_page} VERBATIM
  DEPENDS ${dist}/man/settings.awk ${dist}/man/mxtap.yaml.5.in ${dist}/mxtap.yaml mxtap
  COMMAND mxtap sinks -v > ${package_files}/sinks.txt
  COMMAND awk -f ${dist}/man/settings.awk ${dist}/mxtap.yaml ${package_files}/sinks.txt
    ${dist}/man/mxtap.yaml.5.in > ${yaml_page})
package_gzip(${yaml_page} mxtap.yaml.5)
package_gzip(${dist}/man/mxtap.1 mxtap.1)
package_gzip(${CMAKE_CURRENT_LIST_DIR}/changelog changelog.Debian)
package_gzip(${CMAKE_CURRENT_SOURCE_DIR}/CHANGES changelog)
get_property(package_gzipped GLOBAL PROPERTY MXTAP_PACKAGE_FILES)
add_custom_target(mxtap_package_files ALL DEPENDS ${package_gzipped})

install(FILES ${package_files}/mxtap.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${package_files}/mxtap.yaml.5.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${dist}/completion/mxtap.bash RENAME mxtap
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${dist}/completion/_mxtap DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)

# What only the package has.
set(service COMPONENT service EXCLUDE_FROM_ALL)
set(private OWNER_READ OWNER_WRITE GROUP_READ)
set(private_folder ${private} OWNER_EXECUTE GROUP_EXECUTE)
install(FILES ${dist}/mxtap.yaml DESTINATION /etc/mxtap PERMISSIONS ${private} ${service})
install(FILES ${dist}/logrotate/mxtap DESTINATION /etc/logrotate.d ${service})
# Without libsystemd nobody would tell systemd that the service is up and alive: it must not wait for that.
set(unit ${dist}/systemd/mxtap.service)
if(NOT MXTAP_SYSTEMD)
  file(READ ${unit} text)
  string(REPLACE "Type=notify\nNotifyAccess=main\n" "Type=exec\n" text "${text}")
  string(REGEX REPLACE "WatchdogSec=[^\n]*\n" "" text "${text}")
  set(unit ${package_files}/mxtap.service)
  file(WRITE ${unit} "${text}")
endif()
install(FILES ${unit} DESTINATION /lib/systemd/system ${service})
install(FILES ${dist}/systemd/mxtap.sysusers RENAME mxtap.conf DESTINATION /usr/lib/sysusers.d
  ${service})
install(DIRECTORY DESTINATION /var/lib/mxtap DIRECTORY_PERMISSIONS ${private_folder} ${service})
install(DIRECTORY DESTINATION /var/log/mxtap DIRECTORY_PERMISSIONS ${private_folder} ${service})
install(FILES ${CMAKE_CURRENT_LIST_DIR}/copyright ${package_files}/changelog.gz
  ${package_files}/changelog.Debian.gz DESTINATION /usr/share/doc/mxtap ${service})
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/docs/ DESTINATION /usr/share/doc/mxtap ${service})
install(DIRECTORY ${dist}/prometheus ${dist}/siem DESTINATION /usr/share/doc/mxtap/examples ${service})
install(FILES ${CMAKE_CURRENT_LIST_DIR}/lintian-overrides RENAME mxtap
  DESTINATION /usr/share/lintian/overrides ${service})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "passive sensor for mail traffic")
set(CPACK_PACKAGE_DESCRIPTION
"mxtap reads packets from a tap, a mirror port or capture files, puts the TCP
streams to port 25 together, reconstructs each SMTP dialogue, and reports in
JSON what is wrong with it: somebody testing which addresses exist, PCs that
send mail straight to the MX, forged headers, backscatter, open relays,
guessed passwords. It never sends a packet on the tapped side.
.
Records have the shape of Suricata's EVE, so what reads Suricata's logs reads
these.")
# Both components in one package.
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${MXTAP_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# useradd, where there is no systemd-sysusers; libmicrohttpd is loaded by name (src/health/mhd.h).
set(CPACK_DEBIAN_PACKAGE_DEPENDS passwd)
if(MXTAP_HEALTH)
  string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", libmicrohttpd12")
endif()
# Sinks load these by name, when one wants them; the certificates are whom receivers are trusted by.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, logrotate")
if(MXTAP_HTTP)
  string(APPEND CPACK_DEBIAN_PACKAGE_RECOMMENDS ", libcurl4")
endif()
if(MXTAP_KAFKA)
  string(APPEND CPACK_DEBIAN_PACKAGE_RECOMMENDS ", librdkafka1")
endif()
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/conffiles
  ${CMAKE_CURRENT_LIST_DIR}/postinst ${CMAKE_CURRENT_LIST_DIR}/prerm ${CMAKE_CURRENT_LIST_DIR}/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
