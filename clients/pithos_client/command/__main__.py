from pithos_client.command import main

main()
