printf '/solr/collections/c1\t{"shards":{"s1":"active"},"version":1}\n/text\tone\\ntwo\\nthree\n/binary\t\\N\n' > one
printf '/solr/collections/c1\t{"shards":{"s1":"down"},"version":2}\tworld:anyone:r\n/text\tone\\n2\\nthree\n/binary\t\n/new\tx\n' > two
scripted_dump one store > run-1; scripted_dump two store > run-2
arkive diff --from store "$(cat run-1)" latest
