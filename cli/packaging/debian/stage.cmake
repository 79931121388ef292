# Run by cpack between installing into its folders, one a component, and making packages of them: what Debian asks
# for beyond what is installed.

set(package_program rekey)
set(package_library librekey0)
set(package_development librekey-dev)

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
    set(root ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
    set(about ${root}/share/doc/${package_${component}})
    file(MAKE_DIRECTORY ${about})
    file(COPY ${CMAKE_CURRENT_LIST_DIR}/copyright ${CMAKE_CURRENT_LIST_DIR}/changelog DESTINATION ${about}
         FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
    file(GLOB_RECURSE pages ${root}/share/man/*.[1-9])
    execute_process(COMMAND gzip -9nf ${about}/changelog ${pages} COMMAND_ERROR_IS_FATAL ANY)
endforeach()

# The loader finds the library by itself.
file(RPATH_REMOVE FILE ${CPACK_TEMPORARY_DIRECTORY}/program/usr/bin/rekey)
